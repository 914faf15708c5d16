/*
 * follow DIR: the least it takes to follow a tree: walks DIR and all below it, with an inotify watch and a
 * fanotify mark for each directory. Prints how many there are, and the seconds that took.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "storm.h"

static int inotify, group;
static long directories;
static char path[4096];

static void fail(void)
{
	perror(path);
	exit(1);
}

/* Follows the directory at path, which is open as fd; length is that of path. */
static void follow(int fd, size_t length)
{
	char entries[32 * 1024];
	ssize_t read;

	if (inotify_add_watch(inotify, path, IN_CREATE | IN_MOVE | IN_ONLYDIR | IN_EXCL_UNLINK) < 0 ||
	    fanotify_mark(group, FAN_MARK_ADD, FAN_OPEN_PERM | FAN_EVENT_ON_CHILD, fd, NULL) < 0)
		fail();
	directories++;
	while ((read = syscall(SYS_getdents64, fd, entries, sizeof entries)) > 0) {
		for (ssize_t at = 0; at < read;) {
			struct dirent64 *entry = (void *)(entries + at);
			size_t name = strlen(entry->d_name);
			int child;

			at += entry->d_reclen;
			if (entry->d_type != DT_DIR || !strcmp(entry->d_name, ".") ||
			    !strcmp(entry->d_name, "..") || length + name + 2 > sizeof path)
				continue;
			path[length] = '/';
			memcpy(path + length + 1, entry->d_name, name + 1);
			child = openat(fd, entry->d_name,
				       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			if (child < 0)
				fail();
			follow(child, length + 1 + name);
			close(child);
			path[length] = 0;
		}
	}
}

int main(int count, char **arguments)
{
	int64_t started;
	int fd;

	if (count != 2 || strlen(arguments[1]) >= sizeof path) {
		fprintf(stderr, "usage: follow DIR\n");
		return 2;
	}
	strcpy(path, arguments[1]);
	inotify = inotify_init1(IN_CLOEXEC);
	group = fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_UNLIMITED_QUEUE | FAN_UNLIMITED_MARKS,
			      O_RDONLY | O_LARGEFILE | O_CLOEXEC);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (inotify < 0 || group < 0 || fd < 0)
		fail();
	started = now_nanos();
	follow(fd, strlen(path));
	printf("%ld %.6f\n", directories, (now_nanos() - started) / 1e9);
	return 0;
}
