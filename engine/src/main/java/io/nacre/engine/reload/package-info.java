/** The change of a running engine to a configuration that is read again. */
@NullMarked
package io.nacre.engine.reload;

import org.jspecify.annotations.NullMarked;
