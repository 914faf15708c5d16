/** Detections and what is recorded of them. */
@NullMarked
package io.nacre.engine.detection.record;

import org.jspecify.annotations.NullMarked;
