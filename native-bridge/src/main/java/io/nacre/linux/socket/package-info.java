/** Unix sockets that can pass descriptors and tell who the peer is, as in unix(7). */
@NullMarked
package io.nacre.linux.socket;

import org.jspecify.annotations.NullMarked;
