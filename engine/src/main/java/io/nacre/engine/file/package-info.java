/** The files of Nacre itself: whether another user can replace them, and how they are opened. */
@NullMarked
package io.nacre.engine.file;

import org.jspecify.annotations.NullMarked;
