/** Scans of all files of a scope: {@code nacre scan}, and scans of an idle machine. */
@NullMarked
package io.nacre.engine.scan.ondemand;

import org.jspecify.annotations.NullMarked;
