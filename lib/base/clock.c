/*
 * clock: time and its text. The source of the wall clock is process state, so
 * that tests can move it.
 */
#include "base/clock.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t (*source)(void);

static int64_t read_clock_us(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_now_ms(void)
{
	return source != NULL ? source() : read_clock_us(CLOCK_REALTIME) / 1000;
}

int64_t clock_mono_ms(void)
{
	return read_clock_us(CLOCK_MONOTONIC) / 1000;
}

int64_t clock_mono_us(void)
{
	return read_clock_us(CLOCK_MONOTONIC);
}

void clock_set_source(int64_t (*fn)(void))
{
	source = fn;
}

/* The first and last moments that four digits of a year can say. */
#define FIRST_MS (-62167219200000LL)
#define LAST_MS 253402300799999LL

char *clock_format(int64_t t_ms, char out[CLOCK_ISO_SIZE])
{
	struct tm tm;
	time_t seconds;
	int64_t ms;

	t_ms = t_ms < FIRST_MS ? FIRST_MS : t_ms > LAST_MS ? LAST_MS : t_ms;
	ms = (t_ms % 1000 + 1000) % 1000;
	seconds = (time_t)((t_ms - ms) / 1000);
	gmtime_r(&seconds, &tm);
	snprintf(out, CLOCK_ISO_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", (unsigned)(tm.tm_year + 1900) % 10000u,
	    (unsigned)(tm.tm_mon + 1) % 100u, (unsigned)tm.tm_mday % 100u, (unsigned)tm.tm_hour % 100u,
	    (unsigned)tm.tm_min % 100u, (unsigned)tm.tm_sec % 100u, (unsigned)ms % 1000u);
	return out;
}

/* Exactly n digits at *s, moving it on; -1 when there are fewer. */
static int digits(const char **s, int n)
{
	int value = 0;

	for (int i = 0; i < n; i++, (*s)++) {
		if (!isdigit((unsigned char)**s))
			return -1;
		value = value * 10 + (**s - '0');
	}
	return value;
}

static bool skip(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

static int days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

static int parse_date(const char **s, struct tm *tm)
{
	int year = digits(s, 4), month, day;

	if (year < 0 || !skip(s, '-'))
		return -1;
	month = digits(s, 2);
	if (month < 1 || month > 12 || !skip(s, '-'))
		return -1;
	day = digits(s, 2);
	if (day < 1 || day > days_in(year, month))
		return -1;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	return 0;
}

static int parse_time(const char **s, struct tm *tm)
{
	tm->tm_hour = digits(s, 2);
	if (tm->tm_hour < 0 || tm->tm_hour > 23 || !skip(s, ':'))
		return -1;
	tm->tm_min = digits(s, 2);
	if (tm->tm_min < 0 || tm->tm_min > 59 || !skip(s, ':'))
		return -1;
	tm->tm_sec = digits(s, 2);
	return tm->tm_sec < 0 || tm->tm_sec > 59 ? -1 : 0;
}

/* ".123456": milliseconds, what is finer is cut. -1 for a point without digits. */
static int parse_fraction(const char **s)
{
	int ms = 0, n = 0;

	if (!skip(s, '.'))
		return 0;
	for (; isdigit((unsigned char)**s); (*s)++, n++) {
		if (n < 3)
			ms = ms * 10 + (**s - '0');
	}
	if (n == 0)
		return -1;
	for (; n < 3; n++)
		ms *= 10;
	return ms;
}

/* "Z" or "+hh:mm": minutes to subtract. */
static int parse_zone(const char **s, int *minutes)
{
	int sign, hours, mins;

	*minutes = 0;
	if (skip(s, 'Z'))
		return 0;
	sign = **s == '-' ? -1 : 1;
	if (!skip(s, '+') && !skip(s, '-'))
		return -1;
	hours = digits(s, 2);
	if (hours < 0 || hours > 23 || !skip(s, ':'))
		return -1;
	mins = digits(s, 2);
	if (mins < 0 || mins > 59)
		return -1;
	*minutes = sign * (hours * 60 + mins);
	return 0;
}

int clock_parse(const char *s, int64_t *t_ms)
{
	struct tm tm;
	int ms, zone;

	memset(&tm, 0, sizeof tm);
	if (parse_date(&s, &tm) != 0 || !skip(&s, 'T') || parse_time(&s, &tm) != 0)
		return -1;
	ms = parse_fraction(&s);
	if (ms < 0 || parse_zone(&s, &zone) != 0 || *s != '\0')
		return -1;
	*t_ms = ((int64_t)timegm(&tm) - (int64_t)zone * 60) * 1000 + ms;
	return 0;
}

char *clock_format_duration(int64_t seconds, char *out, size_t size)
{
	long long s = seconds < 0 ? 0 : seconds;

	if (s < 60)
		snprintf(out, size, "%llds", s);
	else if (s < 3600)
		snprintf(out, size, "%lldm %02llds", s / 60, s % 60);
	else
		snprintf(out, size, "%lldh %02lldm %02llds", s / 3600, s / 60 % 60, s % 60);
	return out;
}
