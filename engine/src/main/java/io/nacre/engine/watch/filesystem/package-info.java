/** Places that one mark on their file system or mount protects. */
@NullMarked
package io.nacre.engine.watch.filesystem;

import org.jspecify.annotations.NullMarked;
