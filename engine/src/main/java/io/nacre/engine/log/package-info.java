/** Text that is safe to log. */
@NullMarked
package io.nacre.engine.log;

import org.jspecify.annotations.NullMarked;
