/** Files and directories by descriptor: statx, openat, getdents64, leases, names, owners. */
@NullMarked
package io.nacre.linux.file;

import org.jspecify.annotations.NullMarked;
