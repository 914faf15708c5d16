/** JSON, read and written in one place. */
@NullMarked
package io.nacre.engine.json;

import org.jspecify.annotations.NullMarked;
