/** {@code nacre status}, {@code explain} and {@code flush}: short queries to a running engine. */
@NullMarked
package io.nacre.engine.cli.status;

import org.jspecify.annotations.NullMarked;
