package io.nacre.engine.walk;

import java.util.concurrent.Semaphore;

/**
 * How many directories several walks may hold open at the same time: a few each, and the rest by
 * turns. For any thread.
 *
 * <p>Each open directory is a descriptor, and an unprivileged user can nest directories without
 * limit.
 */
public final class OpenDirectoryLimit {
  /** The number that each walk may always hold open. */
  public static final int ALWAYS = 16;

  /** The number that one walk may hold open at most. */
  public static final int AT_MOST = 200;

  private static final int SHARED = 400;

  private final Semaphore shared = new Semaphore(SHARED);

  /** Returns true if a walk that holds {@code open} directories open may hold one more. */
  public boolean tryAcquire(int open) {
    return open < ALWAYS || (open < AT_MOST && shared.tryAcquire());
  }

  /** Notes that a walk that held {@code open} directories open closed one of them. */
  public void release(int open) {
    if (open > ALWAYS) {
      shared.release();
    }
  }
}
