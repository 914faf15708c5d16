/** Files that are scanned before anybody opens them: those a process is about to, or all. */
@NullMarked
package io.nacre.engine.scan.prefetch;

import org.jspecify.annotations.NullMarked;
