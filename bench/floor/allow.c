/*
 * allow DIR: the least a listener can do: lets every open of a file in DIR pass at once; with -f, every
 * open of a file on DIR's file system.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <unistd.h>

int main(int count, char **arguments)
{
	static char events[64 * 1024];
	int group = fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_UNLIMITED_QUEUE,
				  O_RDONLY | O_LARGEFILE | O_CLOEXEC);
	int whole = count == 3 && !strcmp(arguments[1], "-f");

	if (count != 2 + whole || group < 0 ||
	    fanotify_mark(group, FAN_MARK_ADD | (whole ? FAN_MARK_FILESYSTEM : 0),
			  FAN_OPEN_PERM | (whole ? 0 : FAN_EVENT_ON_CHILD), AT_FDCWD,
			  arguments[count - 1]) < 0) {
		perror("allow");
		return 1;
	}
	for (;;) {
		ssize_t length = read(group, events, sizeof events);
		struct fanotify_event_metadata *event = (void *)events;

		if (length <= 0)
			return 1;
		for (; FAN_EVENT_OK(event, length); event = FAN_EVENT_NEXT(event, length)) {
			struct fanotify_response response = { event->fd, FAN_ALLOW };

			if (event->fd < 0)
				continue;
			if (write(group, &response, sizeof response) < 0)
				perror("allow");
			close(event->fd);
		}
	}
}
