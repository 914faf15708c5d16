package io.nacre.engine.kernelcache;

import io.nacre.engine.request.FileFacts;
import io.nacre.linux.Fd;

/**
 * A clean file that may get an ignore mark in the kernel.
 *
 * @param file a descriptor of its own, closed by the owner of the candidate
 * @param facts the facts of the clean version
 */
record MarkCandidate(Fd file, FileFacts facts) {}
