/** The process of the engine and its service manager: progress, signals, notification, end. */
@NullMarked
package io.nacre.engine.ops;

import org.jspecify.annotations.NullMarked;
