/** The command line; what only talks to a running engine loads no Pekko. */
@NullMarked
package io.nacre.engine.cli;

import org.jspecify.annotations.NullMarked;
