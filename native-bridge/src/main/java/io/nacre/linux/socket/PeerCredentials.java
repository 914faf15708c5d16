package io.nacre.linux.socket;

/**
 * The process at the other end of a Unix socket, by {@code SO_PEERCRED} of unix(7): the one that
 * connected, or the one that began to listen.
 */
public record PeerCredentials(int pid, int uid, int gid) {}
