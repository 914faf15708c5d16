/** The fanotify marks of the group. */
@NullMarked
package io.nacre.engine.watch.mark;

import org.jspecify.annotations.NullMarked;
