package io.nacre.engine.policy;

import java.util.Locale;

/** How opens below a protected path raise events. */
public enum Strategy {
  /** Chosen for each path, by its file system and the directories below it. */
  AUTO,
  /** A mark and a watch on every directory. */
  DDD,
  /** One mark on the file system. */
  FILESYSTEM,
  /** One mark on the mount; opens through another mount raise no event. */
  MOUNT;

  /** Returns the name used in the configuration and in status. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
