/** A permission event on its way: the envelope that is answered once and closed at the end. */
@NullMarked
package io.nacre.engine.request;

import org.jspecify.annotations.NullMarked;
