package io.nacre.engine.context;

/**
 * Whether descriptors are left for requests that wait.
 *
 * <p>Without one for the file of an event the kernel denies that event, and some kernels do not
 * even tell. So the last {@value #KEPT_FREE} are kept free: with fewer, a request is answered as an
 * overload, and its descriptor is closed at once. The kernel gives the lowest number that is free,
 * so an event's own number says that all below it are in use, at no cost; what lies scattered above
 * is counted now and then, by {@link #count}. May be used from any thread.
 */
public final class DescriptorBudget {
  /** How many descriptors stay free. */
  public static final int KEPT_FREE = 64;

  private final long limit;
  private volatile boolean spent;

  /** A budget for a process that may have {@code limit} descriptors. */
  public DescriptorBudget(long limit) {
    this.limit = limit;
  }

  /** Returns how many descriptors there may be. */
  public long limit() {
    return limit;
  }

  /** Takes note that {@code used} descriptors are open now; returns whether that is too many. */
  public boolean count(long used) {
    spent = limit - used < KEPT_FREE;
    return spent;
  }

  /** Returns false if the event whose descriptor is {@code fd} may not wait. */
  public boolean hasRoomFor(int fd) {
    return !spent && limit - fd > KEPT_FREE;
  }
}
