/** Where records of detections go: the store, the logs, and the hook. */
@NullMarked
package io.nacre.engine.detection.sink;

import org.jspecify.annotations.NullMarked;
