/** The control socket: its server, its client, and the commands that an engine takes. */
@NullMarked
package io.nacre.engine.control;

import org.jspecify.annotations.NullMarked;
