/** Files that come into protected directories without being written there. */
@NullMarked
package io.nacre.engine.watch.newfiles;

import org.jspecify.annotations.NullMarked;
