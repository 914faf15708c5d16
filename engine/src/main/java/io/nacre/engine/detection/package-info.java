/** What follows an infected verdict, after the answer. */
@NullMarked
package io.nacre.engine.detection;

import org.jspecify.annotations.NullMarked;
