/** Protected files found by path, listed and opened without an open of any other process. */
@NullMarked
package io.nacre.engine.scan.lookup;

import org.jspecify.annotations.NullMarked;
