/** What an operator sees and says: status, control socket, service notification. */
@NullMarked
package io.nacre.engine.ops;

import org.jspecify.annotations.NullMarked;
