/** What should be protected: the include paths, the mounts, and how each place is protected. */
@NullMarked
package io.nacre.engine.watch.place;

import org.jspecify.annotations.NullMarked;
