/** Owned descriptors, native memory, errno, poll and wake-ups. */
@NullMarked
package io.nacre.linux;

import org.jspecify.annotations.NullMarked;
