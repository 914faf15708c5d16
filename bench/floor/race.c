/*
 * race DIR ROUNDS CONTENT: makes a directory in DIR, writes a file with CONTENT in it, and opens that at
 * once; again and again. Prints how many of the files could be read, of how many.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void fail(const char *path)
{
	perror(path);
	exit(1);
}

static int could_read(const char *path, const char *content)
{
	char found[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC), readable;

	if (fd < 0) {
		if (errno != EPERM)
			fail(path);
		return 0;
	}
	readable = read(fd, found, sizeof found) == (ssize_t)strlen(content);
	close(fd);
	return readable;
}

int main(int count, char **arguments)
{
	const char *content = arguments[count - 1];
	long rounds, readable = 0;

	if (count != 4) {
		fprintf(stderr, "usage: race DIR ROUNDS CONTENT\n");
		return 2;
	}
	rounds = atol(arguments[2]);
	for (long i = 0; i < rounds; i++) {
		char path[4096];
		int fd;

		snprintf(path, sizeof path, "%s/%ld", arguments[1], i);
		if (mkdir(path, 0755) < 0)
			fail(path);
		strncat(path, "/file", sizeof path - strlen(path) - 1);
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		if (fd < 0 || write(fd, content, strlen(content)) != (ssize_t)strlen(content))
			fail(path);
		close(fd);
		readable += could_read(path, content);
	}
	printf("%ld %ld\n", readable, rounds);
	return 0;
}
