/** Which objects are marked: directory actors, filesystem marks, coverage. */
@NullMarked
package io.nacre.engine.watch;

import org.jspecify.annotations.NullMarked;
