/* What the programs here share: the clock, and percentiles of what was measured. */
#ifndef STORM_H
#define STORM_H

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

static inline int64_t now_nanos(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static inline int compare_nanos(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Sorts once; then element count * q / 100. */
static inline double percentile_micros(int64_t *nanos, long count, double q)
{
	if (count == 0)
		return 0;
	return nanos[(long)((count - 1) * q / 100)] / 1000.0;
}

#endif
