/** Ignore marks on clean files: their opens cost what they cost unwatched. */
@NullMarked
package io.nacre.engine.kernelcache;

import org.jspecify.annotations.NullMarked;
