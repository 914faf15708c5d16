/** {@code nacre events}: the detections that an engine recorded. */
@NullMarked
package io.nacre.engine.cli.events;

import org.jspecify.annotations.NullMarked;
