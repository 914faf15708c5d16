/** Starts, wires and stops everything. */
@NullMarked
package io.nacre.engine;

import org.jspecify.annotations.NullMarked;
