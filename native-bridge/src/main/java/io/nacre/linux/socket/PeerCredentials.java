package io.nacre.linux.socket;

/**
 * Who is at the other end of a Unix socket, as {@code SO_PEERCRED} of unix(7) tells: the process
 * that connected, or the one that began to listen.
 */
public record PeerCredentials(int pid, int uid, int gid) {}
