package io.nacre.engine.kernelcache;

import io.nacre.engine.request.FileFacts;
import io.nacre.linux.Fd;

/**
 * A clean file that is offered a mark.
 *
 * @param file a descriptor of its own, which whoever takes the candidate closes
 * @param facts of the version that is clean
 */
record MarkCandidate(Fd file, FileFacts facts) {}
