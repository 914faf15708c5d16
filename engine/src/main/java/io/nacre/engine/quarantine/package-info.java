/** Where infected files are kept, and how they get there and back. */
@NullMarked
package io.nacre.engine.quarantine;

import org.jspecify.annotations.NullMarked;
