/** {@code nacre quarantine}: infected files that were put away, and their way back. */
@NullMarked
package io.nacre.engine.cli.quarantine;

import org.jspecify.annotations.NullMarked;
