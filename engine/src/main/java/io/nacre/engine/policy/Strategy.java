package io.nacre.engine.policy;

import java.util.Locale;

/** How the opens below a protected path are noticed. */
public enum Strategy {
  /** Chosen for each path, by what it is and what lies below it. */
  AUTO,
  /** A mark and a watch on every directory. */
  DDD,
  /** One mark on the file system. */
  FILESYSTEM,
  /** One mark on the mount: what is opened through another mount is not seen. */
  MOUNT;

  /** Returns the name used in the configuration and in status. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
