/** Ignore marks on clean files, so that the kernel raises no event for their opens. */
@NullMarked
package io.nacre.engine.kernelcache;

import org.jspecify.annotations.NullMarked;
