/**
 * The command line: one package for each group of commands; those that only query an engine load no
 * Pekko.
 */
@NullMarked
package io.nacre.engine.cli;

import org.jspecify.annotations.NullMarked;
