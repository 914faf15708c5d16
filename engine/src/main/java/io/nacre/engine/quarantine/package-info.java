/** The quarantine: a directory of infected files, and the ways into it and out of it. */
@NullMarked
package io.nacre.engine.quarantine;

import org.jspecify.annotations.NullMarked;
