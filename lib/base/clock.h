/*
 * clock: the time, as milliseconds since the epoch (UTC), and its text form.
 *
 * All code takes the time from here, so that tests can move it.
 */
#ifndef IVS_BASE_CLOCK_H
#define IVS_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

enum { CLOCK_ISO_SIZE = 25 }; /* "2026-01-31T10:30:00.000Z" and a NUL */

/* Wall clock, ms since the epoch. May jump. */
int64_t clock_now_ms(void);

/* Monotonic clock, ms (us) since some moment. For durations and deadlines. */
int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);

/* Replace the wall clock by fn; NULL brings the real one back. For tests. */
void clock_set_source(int64_t (*fn)(void));

/* Write t as ISO 8601 UTC with milliseconds. Years 0000-9999; others are clamped. Returns out. */
char *clock_format(int64_t t_ms, char out[CLOCK_ISO_SIZE]);

/* Read "2026-01-31T10:30:00Z", with or without fraction, with Z or +hh:mm. 0 or -1. */
int clock_parse(const char *s, int64_t *t_ms);

/* "1h 02m 03s" style text of a duration: "45s", "12m 05s", "3h 00m 09s". Returns out. */
char *clock_format_duration(int64_t seconds, char *out, size_t size);

#endif
