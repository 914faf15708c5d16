/** The verdict caches and the kernel cache, opened together. */
@NullMarked
package io.nacre.engine.caching;

import org.jspecify.annotations.NullMarked;
