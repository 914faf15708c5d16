/** HOCON into immutable records; refused whole or accepted whole. */
@NullMarked
package io.nacre.engine.config;

import org.jspecify.annotations.NullMarked;
