/*
 * churn DIR ELSEWHERE SECONDS: makes, renames and removes directories in DIR as fast as it can. Some have
 * one below them when they are renamed; one of 64 renames leads to ELSEWHERE, and the next one back.
 * Prints the changes, the seconds they took, and when the last one was (CLOCK_MONOTONIC, seconds).
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storm.h"

#define PARENTS 64
#define SLOTS 4096

/* A directory that is there or not: parent is 0 for ELSEWHERE, -1 for nowhere. */
struct slot {
	int parent;
	int has_child;
};

static struct slot slots[SLOTS];
static int parents[PARENTS + 1];
static unsigned long changes;

static unsigned pick(unsigned below)
{
	static uint64_t state = 88172645463325252ULL; /* xorshift: the same changes in every run */

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 32) % below;
}

static void check(int result)
{
	if (result < 0) {
		perror("churn");
		exit(1);
	}
	changes++;
}

static void open_parents(const char *directory, const char *elsewhere)
{
	char path[4096];

	for (int i = 0; i <= PARENTS; i++) {
		snprintf(path, sizeof path, i ? "%s/p%d" : "%s", i ? directory : elsewhere, i);
		if (i)
			mkdir(path, 0755); /* of a run before */
		parents[i] = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		check(parents[i]);
	}
}

static void move(struct slot *slot, const char *name)
{
	int to = slot->parent == 0 || pick(64) ? 1 + pick(PARENTS) : 0;

	check(renameat(parents[slot->parent], name, parents[to], name));
	slot->parent = to;
}

static void change(int number)
{
	struct slot *slot = &slots[number];
	char name[16], child[32];

	snprintf(name, sizeof name, "s%d", number);
	snprintf(child, sizeof child, "s%d/c", number);
	if (slot->parent < 0) {
		slot->parent = 1 + pick(PARENTS);
		check(mkdirat(parents[slot->parent], name, 0755));
	} else if (pick(2)) {
		move(slot, name);
	} else if (slot->has_child) {
		check(unlinkat(parents[slot->parent], child, AT_REMOVEDIR));
		slot->has_child = 0;
	} else if (pick(2)) {
		check(mkdirat(parents[slot->parent], child, 0755));
		slot->has_child = 1;
	} else {
		check(unlinkat(parents[slot->parent], name, AT_REMOVEDIR));
		slot->parent = -1;
	}
}

int main(int count, char **arguments)
{
	int64_t started, ended, duration;

	if (count != 4) {
		fprintf(stderr, "usage: churn DIR ELSEWHERE SECONDS\n");
		return 2;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* it ends with the bench, whatever ends that */
	duration = (int64_t)(atof(arguments[3]) * 1e9);
	open_parents(arguments[1], arguments[2]);
	for (int i = 0; i < SLOTS; i++)
		slots[i].parent = -1;
	changes = 0;
	started = ended = now_nanos();
	while (ended - started < duration) {
		for (int i = 0; i < 16; i++)
			change(pick(SLOTS));
		ended = now_nanos();
	}
	printf("%lu %.6f %.6f\n", changes, (ended - started) / 1e9, ended / 1e9);
	return 0;
}
