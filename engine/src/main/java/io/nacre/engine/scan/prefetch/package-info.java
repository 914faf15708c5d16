/** Scans of files that a process is about to open. */
@NullMarked
package io.nacre.engine.scan.prefetch;

import org.jspecify.annotations.NullMarked;
