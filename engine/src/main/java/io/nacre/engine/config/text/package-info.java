/** The text of configuration files, read token by token: what the HOCON library merges silently. */
@NullMarked
package io.nacre.engine.config.text;

import org.jspecify.annotations.NullMarked;
