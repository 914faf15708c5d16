/*
 * waiters DIR COUNT SPREAD DEADLINE: COUNT threads open DIR/0 … DIR/COUNT-1, one each, spread evenly over
 * SPREAD seconds. The listener answers no open until DEADLINE seconds are over. Prints the opens, the errors, and
 * by how many milliseconds an open took longer than that: the least, half, 99 % and the most. Less than 0 is an
 * answer before the deadline.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "storm.h"

static const char *directory;
static long count;
static int64_t spread, deadline, started;

struct waiter {
	pthread_t thread;
	long number;
	int failed;
	int64_t beyond;
};

static void sleep_until(int64_t nanos)
{
	struct timespec t = { nanos / 1000000000, nanos % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL))
		;
}

static void *run(void *argument)
{
	struct waiter *me = argument;
	char path[4096];
	int64_t before;
	int fd;

	snprintf(path, sizeof path, "%s/%ld", directory, me->number);
	sleep_until(started + spread * me->number / count);
	before = now_nanos();
	fd = open(path, O_RDONLY | O_CLOEXEC);
	me->beyond = now_nanos() - before - deadline;
	me->failed = fd < 0;
	if (fd >= 0)
		close(fd);
	return NULL;
}

int main(int arguments_count, char **arguments)
{
	pthread_attr_t small;
	struct waiter *waiters;
	int64_t *all;
	long i, errors = 0;

	if (arguments_count != 5) {
		fprintf(stderr, "usage: waiters DIR COUNT SPREAD DEADLINE\n");
		return 2;
	}
	directory = arguments[1];
	count = atol(arguments[2]);
	spread = (int64_t)(atof(arguments[3]) * 1e9);
	deadline = (int64_t)(atof(arguments[4]) * 1e9);
	waiters = calloc(count, sizeof *waiters);
	all = calloc(count, sizeof *all);
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 64 * 1024);
	started = now_nanos() + 1000000000; /* when all threads are there */
	for (i = 0; i < count; i++) {
		waiters[i].number = i;
		if (pthread_create(&waiters[i].thread, &small, run, &waiters[i])) {
			perror("waiters: pthread_create");
			return 1;
		}
	}
	for (i = 0; i < count; i++) {
		pthread_join(waiters[i].thread, NULL);
		all[i] = waiters[i].beyond;
		errors += waiters[i].failed;
	}
	qsort(all, count, sizeof *all, compare_nanos);
	printf("%ld %ld %.1f %.1f %.1f %.1f\n", count, errors, all[0] / 1e6,
	       percentile_micros(all, count, 50) / 1e3, percentile_micros(all, count, 99) / 1e3,
	       all[count - 1] / 1e6);
	return 0;
}
