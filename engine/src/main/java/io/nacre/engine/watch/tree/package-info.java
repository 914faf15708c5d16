/** Directory trees that inotify follows, with a mark on each directory. */
@NullMarked
package io.nacre.engine.watch.tree;

import org.jspecify.annotations.NullMarked;
