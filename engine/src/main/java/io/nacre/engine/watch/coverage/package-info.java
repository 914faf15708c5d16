/** What is protected, and an independent check of that. */
@NullMarked
package io.nacre.engine.watch.coverage;

import org.jspecify.annotations.NullMarked;
