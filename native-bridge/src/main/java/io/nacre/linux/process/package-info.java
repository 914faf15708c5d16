/** Processes and our own limits: credentials, programs, rlimits, capabilities, kernel timers. */
@NullMarked
package io.nacre.linux.process;

import org.jspecify.annotations.NullMarked;
