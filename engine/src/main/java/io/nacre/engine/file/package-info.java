/** Nacre's own files: who may replace them, and how they are opened. */
@NullMarked
package io.nacre.engine.file;

import org.jspecify.annotations.NullMarked;
