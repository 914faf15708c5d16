/** What becomes of an open as things are: {@code nacre explain}, layer by layer. */
@NullMarked
package io.nacre.engine.explain;

import org.jspecify.annotations.NullMarked;
