/** The rescan queue: files that were allowed unscanned, and their scan when clamd is back. */
@NullMarked
package io.nacre.engine.scan.rescan;

import org.jspecify.annotations.NullMarked;
