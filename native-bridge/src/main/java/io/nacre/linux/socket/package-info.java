/** Stream sockets; Unix sockets that pass descriptors and name their peer, as in unix(7). */
@NullMarked
package io.nacre.linux.socket;

import org.jspecify.annotations.NullMarked;
