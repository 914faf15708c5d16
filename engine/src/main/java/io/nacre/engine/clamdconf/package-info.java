/** clamd.conf, as clamd and clamonacc read it, in the terms of Nacre's configuration. */
@NullMarked
package io.nacre.engine.clamdconf;

import org.jspecify.annotations.NullMarked;
