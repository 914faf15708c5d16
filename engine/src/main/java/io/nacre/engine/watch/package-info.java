/** The watch stage: which objects carry a mark, and what is left out. */
@NullMarked
package io.nacre.engine.watch;

import org.jspecify.annotations.NullMarked;
