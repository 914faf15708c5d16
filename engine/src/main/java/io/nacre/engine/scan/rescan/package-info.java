/** What was answered without a scan is remembered, and scanned when clamd is back. */
@NullMarked
package io.nacre.engine.scan.rescan;

import org.jspecify.annotations.NullMarked;
