/** inotify instances, watches and events, as in inotify(7). */
@NullMarked
package io.nacre.linux.inotify;

import org.jspecify.annotations.NullMarked;
