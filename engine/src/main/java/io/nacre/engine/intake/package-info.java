/** Kernel events into permission requests: the event-source actor and triage. */
@NullMarked
package io.nacre.engine.intake;

import org.jspecify.annotations.NullMarked;
