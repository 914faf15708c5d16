/*
 * openers DIR FILES THREADS SECONDS: opens DIR/0 … DIR/FILES-1 from several threads, each file as soon as
 * the one before; with SECONDS = 0 every file once. Prints opens, errors, opens a second, and the time an
 * open took.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "storm.h"

#define MOST 2000000

static const char *directory;
static long files, threads;
static int64_t duration, started;

struct opener {
	pthread_t thread;
	long first, opens, errors;
	int64_t *nanos;
};

static void *run(void *argument)
{
	struct opener *me = argument;
	char path[4096];
	long file = me->first;

	while (me->opens < MOST) {
		int64_t before = now_nanos();
		int fd;

		if (duration ? before - started >= duration : file >= files)
			break;
		snprintf(path, sizeof path, "%s/%ld", directory, file % files);
		before = now_nanos();
		fd = open(path, O_RDONLY | O_CLOEXEC);
		me->nanos[me->opens++] = now_nanos() - before;
		if (fd < 0)
			me->errors++;
		else
			close(fd);
		file += threads;
	}
	return NULL;
}

int main(int count, char **arguments)
{
	struct opener *openers;
	int64_t took, *all;
	long i, opens = 0, errors = 0, filled = 0;

	if (count != 5) {
		fprintf(stderr, "usage: openers DIR FILES THREADS SECONDS\n");
		return 2;
	}
	directory = arguments[1];
	files = atol(arguments[2]);
	threads = atol(arguments[3]);
	duration = (int64_t)(atof(arguments[4]) * 1e9);
	openers = calloc(threads, sizeof *openers);
	started = now_nanos();
	for (i = 0; i < threads; i++) {
		openers[i].first = i;
		openers[i].nanos = malloc(MOST * sizeof(int64_t));
		pthread_create(&openers[i].thread, NULL, run, &openers[i]);
	}
	for (i = 0; i < threads; i++)
		pthread_join(openers[i].thread, NULL);
	took = now_nanos() - started;
	for (i = 0; i < threads; i++) {
		opens += openers[i].opens;
		errors += openers[i].errors;
	}
	all = malloc((opens + 1) * sizeof(int64_t));
	for (i = 0; i < threads; i++) {
		memcpy(all + filled, openers[i].nanos, openers[i].opens * sizeof(int64_t));
		filled += openers[i].opens;
	}
	qsort(all, opens, sizeof(int64_t), compare_nanos);
	printf("%ld %ld %.0f %.1f %.1f\n", opens, errors, opens * 1e9 / took,
	       percentile_micros(all, opens, 50), percentile_micros(all, opens, 99));
	return 0;
}
