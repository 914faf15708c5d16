/** The stream from request to answer: waiting, deadlines, scanning. */
@NullMarked
package io.nacre.engine.scan;

import org.jspecify.annotations.NullMarked;
