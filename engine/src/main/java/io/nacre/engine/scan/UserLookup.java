package io.nacre.engine.scan;

import io.nacre.engine.request.PermissionRequest;

/** Looks up the user of an opener. */
@FunctionalInterface
interface UserLookup {
  /** Asks procfs, which never waits. */
  UserLookup PROCFS = request -> request.lookUpUser().orElse(PendingScan.NO_USER);

  /** Returns the user the opener acts as, or {@link PendingScan#NO_USER}. */
  int userOf(PermissionRequest request);
}
