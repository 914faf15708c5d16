/**
 * The steps before the first mark: the check of a configuration, kernel checks, warm-up, a probe.
 */
@NullMarked
package io.nacre.engine.startup;

import org.jspecify.annotations.NullMarked;
