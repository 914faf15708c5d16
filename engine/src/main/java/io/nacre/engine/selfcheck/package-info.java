/** Whether a running engine protects what it should: {@code nacre selftest}. */
@NullMarked
package io.nacre.engine.selfcheck;

import org.jspecify.annotations.NullMarked;
