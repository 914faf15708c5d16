/** {@code nacre scan}: an on-demand scan by a running engine, with its progress. */
@NullMarked
package io.nacre.engine.cli.scan;

import org.jspecify.annotations.NullMarked;
