package io.nacre.engine.context;

/**
 * Whether descriptors are left for requests that wait.
 *
 * <p>Without a descriptor for the file of an event the kernel denies that event, and some kernels
 * do not even report it. So the last {@value #RESERVED} stay free: with fewer, a request is
 * answered as an overload, and its descriptor is closed at once. The kernel gives the lowest free
 * number, so an event's own number says that all below it are in use, at no cost; those scattered
 * above are counted now and then, see {@link #update}. For any thread.
 */
public final class DescriptorBudget {
  /** How many descriptors stay free. */
  public static final int RESERVED = 64;

  private final long limit;
  private volatile boolean isExhausted;

  /** A budget for a process that may have {@code limit} descriptors. */
  public DescriptorBudget(long limit) {
    this.limit = limit;
  }

  /** Returns how many descriptors there may be. */
  public long limit() {
    return limit;
  }

  /** Sets how many descriptors are open now; returns whether that is too many. */
  public boolean update(long used) {
    isExhausted = limit - used < RESERVED;
    return isExhausted;
  }

  /** Returns false if the event whose descriptor is {@code fd} may not wait. */
  public boolean hasRoomFor(int fd) {
    return !isExhausted && limit - fd > RESERVED;
  }
}
