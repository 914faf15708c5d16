/** The command {@code nacre clamonacc}, with the options of ClamAV's program of that name. */
@NullMarked
package io.nacre.engine.cli.clamonacc;

import org.jspecify.annotations.NullMarked;
