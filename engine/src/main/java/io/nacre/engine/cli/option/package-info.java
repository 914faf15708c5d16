/** Options that several commands take, and the version. */
@NullMarked
package io.nacre.engine.cli.option;

import org.jspecify.annotations.NullMarked;
