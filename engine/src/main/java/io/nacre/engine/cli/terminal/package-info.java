/** The terminal that commands print to. */
@NullMarked
package io.nacre.engine.cli.terminal;

import org.jspecify.annotations.NullMarked;
