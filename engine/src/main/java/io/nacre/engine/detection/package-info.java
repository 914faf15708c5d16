/** What follows an infected verdict. */
@NullMarked
package io.nacre.engine.detection;

import org.jspecify.annotations.NullMarked;
