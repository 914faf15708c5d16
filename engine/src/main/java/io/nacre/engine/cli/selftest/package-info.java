/** {@code nacre selftest}: the coverage of a running engine, proved with EICAR test files. */
@NullMarked
package io.nacre.engine.cli.selftest;

import org.jspecify.annotations.NullMarked;
