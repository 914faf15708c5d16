/*
 * allow [-f] [-i|-p] DIR: the least that a listener can do. It allows every open of a file in DIR at once, and
 * with -f every open of a file on DIR's file system. With -i a file gets an ignore mark, and raises no further
 * event. With -p the listener checks at each open whether the file can still be the one that was scanned: whether
 * any process has it open for writing, and its times.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef FAN_MARK_EVICTABLE
#define FAN_MARK_EVICTABLE 0x200
#endif

static int group, probes, ignoring, probing;

/* A listener has to check all of this before it answers from a cache; the result is not used here. */
static void probe(int fd)
{
	static volatile long writers;
	struct statx times;

	fanotify_mark(probes, FAN_MARK_ADD | FAN_MARK_IGNORED_MASK, FAN_OPEN, fd, NULL);
	if (fanotify_mark(probes, FAN_MARK_REMOVE | FAN_MARK_IGNORED_MASK, FAN_OPEN, fd, NULL) < 0)
		writers++;
	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &times) < 0)
		perror("allow: statx");
}

static void allow(int fd)
{
	struct fanotify_response response = { fd, FAN_ALLOW };

	if (ignoring && fanotify_mark(group, FAN_MARK_ADD | FAN_MARK_IGNORED_MASK | FAN_MARK_EVICTABLE,
				      FAN_OPEN_PERM, fd, NULL) < 0)
		perror("allow: fanotify_mark");
	if (probing)
		probe(fd);
	if (write(group, &response, sizeof response) < 0)
		perror("allow");
	close(fd);
}

int main(int count, char **arguments)
{
	static char events[64 * 1024];
	int option, whole = 0;

	while ((option = getopt(count, arguments, "fip")) != -1) {
		whole |= option == 'f';
		ignoring |= option == 'i';
		probing |= option == 'p';
		if (option == '?')
			return 2;
	}
	group = fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_UNLIMITED_QUEUE | FAN_UNLIMITED_MARKS,
			      O_RDONLY | O_LARGEFILE | O_CLOEXEC);
	probes = fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_UNLIMITED_MARKS, O_RDONLY);
	if (count != optind + 1 || group < 0 || probes < 0 ||
	    fanotify_mark(group, FAN_MARK_ADD | (whole ? FAN_MARK_FILESYSTEM : 0),
			  FAN_OPEN_PERM | (whole ? 0 : FAN_EVENT_ON_CHILD), AT_FDCWD,
			  arguments[optind]) < 0) {
		perror("allow");
		return 1;
	}
	for (;;) {
		ssize_t length = read(group, events, sizeof events);
		struct fanotify_event_metadata *event = (void *)events;

		if (length <= 0)
			return 1;
		for (; FAN_EVENT_OK(event, length); event = FAN_EVENT_NEXT(event, length))
			if (event->fd >= 0)
				allow(event->fd);
	}
}
