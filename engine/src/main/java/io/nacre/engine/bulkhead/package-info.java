/** Calls that may never return, on threads set apart for them. */
@NullMarked
package io.nacre.engine.bulkhead;

import org.jspecify.annotations.NullMarked;
