/** fanotify groups, marks, events and responses, as in fanotify(7). */
@NullMarked
package io.nacre.linux.fanotify;

import org.jspecify.annotations.NullMarked;
