/*
 * scans SOCKET DIR FILES THREADS: has clamd scan DIR/0 … DIR/FILES-1 once by FILDES, from several threads
 * with a session each, one scan at a time. Prints scans a second: the most that clamd can do for a good client.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "storm.h"

static const char *socket_path, *directory;
static long files, threads;

static int begin_session(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strncpy(address.sun_path, socket_path, sizeof address.sun_path - 1);
	if (connect(s, (void *)&address, sizeof address) < 0 ||
	    send(s, "zIDSESSION", 11, MSG_NOSIGNAL) != 11) {
		perror("scans");
		exit(1);
	}
	return s;
}

static void scan(int s, int fd)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr header;
	} control = { .bytes = { 0 } };
	struct iovec command = { "zFILDES\0", 9 };
	struct msghdr message = { .msg_iov = &command, .msg_iovlen = 1,
				  .msg_control = &control, .msg_controllen = sizeof control.bytes };
	char reply[512];
	ssize_t length;

	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
	if (sendmsg(s, &message, MSG_NOSIGNAL) != 9 ||
	    (length = recv(s, reply, sizeof reply - 1, 0)) <= 0 || reply[length - 1] != 0) {
		perror("scans");
		exit(1);
	}
}

static void *run(void *argument)
{
	char path[4096];
	int s = begin_session();

	for (long file = (long)argument; file < files; file += threads) {
		int fd;

		snprintf(path, sizeof path, "%s/%ld", directory, file);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		scan(s, fd);
		close(fd);
	}
	close(s);
	return NULL;
}

int main(int count, char **arguments)
{
	pthread_t *workers;
	int64_t started;

	if (count != 5) {
		fprintf(stderr, "usage: scans SOCKET DIR FILES THREADS\n");
		return 2;
	}
	socket_path = arguments[1];
	directory = arguments[2];
	files = atol(arguments[3]);
	threads = atol(arguments[4]);
	workers = calloc(threads, sizeof *workers);
	started = now_nanos();
	for (long i = 0; i < threads; i++)
		pthread_create(&workers[i], NULL, run, (void *)i);
	for (long i = 0; i < threads; i++)
		pthread_join(workers[i], NULL);
	printf("%ld 0 %.0f 0 0\n", files, files * 1e9 / (now_nanos() - started));
	return 0;
}
