/** The steps before the first mark: kernel checks, user names, warm-up and a startup probe. */
@NullMarked
package io.nacre.engine.startup;

import org.jspecify.annotations.NullMarked;
