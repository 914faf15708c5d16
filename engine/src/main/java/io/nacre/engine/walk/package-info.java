/** Walks through directories on disk, and the limits that all of them keep. */
@NullMarked
package io.nacre.engine.walk;

import org.jspecify.annotations.NullMarked;
