/** {@code nacre run} and {@code nacre protect}: an engine in the foreground. */
@NullMarked
package io.nacre.engine.cli.run;

import org.jspecify.annotations.NullMarked;
