/** Log lines: text that is safe to print, and limits of how often a line is written. */
@NullMarked
package io.nacre.engine.log;

import org.jspecify.annotations.NullMarked;
