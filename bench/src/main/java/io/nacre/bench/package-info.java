/** One class for each question about the speed of a part. */
@NullMarked
package io.nacre.bench;

import org.jspecify.annotations.NullMarked;
