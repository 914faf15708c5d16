/** The hand-over of a running engine to its successor: protocol, steps, and the restart command. */
@NullMarked
package io.nacre.engine.handover;

import org.jspecify.annotations.NullMarked;
