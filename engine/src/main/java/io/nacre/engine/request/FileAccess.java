package io.nacre.engine.request;

/**
 * An access to a file, as it was when its event was read: the start of every scan.
 *
 * @param fd an open descriptor of the file; the job that is made from this owns it
 * @param trigger why the file is scanned
 * @param process the process that opened or wrote the file
 * @param facts what the kernel said of the file, or {@link FileFacts#UNKNOWN}
 * @param atNanos when the event was read, or the file was found
 */
public record FileAccess(
    int fd, ScanTrigger trigger, ProcessInfo process, FileFacts facts, long atNanos) {}
