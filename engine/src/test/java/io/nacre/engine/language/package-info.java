/** The check that code and documents keep to the words of the glossary. */
@NullMarked
package io.nacre.engine.language;

import org.jspecify.annotations.NullMarked;
