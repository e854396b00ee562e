/*
 * memory: what the processes of our group use, from /proc.
 */
#include "cgi-bin/health/health.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "NAME: 123 kB" of a /proc file, in kB; 0 when it is not there. */
static double read_kb(const char *path, const char *name)
{
	FILE *f = fopen(path, "re");
	char line[256];
	double kb = 0;

	while (f != NULL && kb <= 0 && fgets(line, sizeof line, f) != NULL) {
		if (strncmp(line, name, strlen(name)) == 0)
			kb = strtod(line + strlen(name), NULL);
	}
	if (f != NULL)
		fclose(f);
	return kb;
}

/* Pss shares what several processes map, so that the sum is what they really take. */
static double process_kb(const char *pid, pid_t group)
{
	char path[300];

	if (getpgid((pid_t)strtol(pid, NULL, 10)) != group)
		return 0;
	snprintf(path, sizeof path, "/proc/%s/smaps_rollup", pid);
	return read_kb(path, "Pss:");
}

void health_memory(double *used_mb, double *total_mb)
{
	DIR *d = opendir("/proc");
	pid_t group = getpgrp();
	struct dirent *entry;
	double kb = 0;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (isdigit((unsigned char)entry->d_name[0]))
			kb += process_kb(entry->d_name, group);
	}
	if (d != NULL)
		closedir(d);
	if (kb <= 0) /* our own is not readable after PR_SET_DUMPABLE: the resident size is always there */
		kb = read_kb("/proc/self/status", "VmRSS:");
	*used_mb = kb / 1024;
	*total_mb = read_kb("/proc/meminfo", "MemTotal:") / 1024;
}
