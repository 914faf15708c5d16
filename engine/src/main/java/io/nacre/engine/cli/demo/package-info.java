/** {@code nacre demo}: an engine on a directory of its own, step by step. */
@NullMarked
package io.nacre.engine.cli.demo;

import org.jspecify.annotations.NullMarked;
