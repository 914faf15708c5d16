/*
 * pace DIR FILES RATE SECONDS: opens DIR/0 … DIR/FILES-1 in turn, RATE times a second. The time of an open
 * begins when it is due, so that a delayed one shows in all opens that are due meanwhile. Prints opens, errors,
 * and the time of an open: p50, p99, p99.9 and the longest, in microseconds.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "storm.h"

static void sleep_until(int64_t nanos)
{
	struct timespec due = { nanos / 1000000000, nanos % 1000000000 };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
}

int main(int count, char **arguments)
{
	int64_t started, *nanos;
	long i, files, rate, opens, errors = 0;
	char path[4096];

	if (count != 5) {
		fprintf(stderr, "usage: pace DIR FILES RATE SECONDS\n");
		return 2;
	}
	files = atol(arguments[2]);
	rate = atol(arguments[3]);
	opens = rate * atol(arguments[4]);
	nanos = malloc((opens + 1) * sizeof *nanos);
	started = now_nanos();
	for (i = 0; i < opens; i++) {
		int64_t due = started + i * 1000000000 / rate;
		int fd;

		if (now_nanos() < due)
			sleep_until(due);
		snprintf(path, sizeof path, "%s/%ld", arguments[1], i % files);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		nanos[i] = now_nanos() - due;
		if (fd < 0)
			errors++;
		else
			close(fd);
	}
	qsort(nanos, opens, sizeof *nanos, compare_nanos);
	printf("%ld %ld %.1f %.1f %.1f %.1f\n", opens, errors, percentile_micros(nanos, opens, 50),
	       percentile_micros(nanos, opens, 99), percentile_micros(nanos, opens, 99.9),
	       opens ? nanos[opens - 1] / 1e3 : 0.0);
	return 0;
}
