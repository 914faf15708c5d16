/**
 * {@code nacre check-config} and {@code nacre import}: what a configuration says, and what is wrong
 * with it.
 */
@NullMarked
package io.nacre.engine.cli.config;

import org.jspecify.annotations.NullMarked;
