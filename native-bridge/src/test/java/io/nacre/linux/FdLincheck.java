package io.nacre.linux;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * An {@link Fd} whose owner closes it and gives it away from several threads at once: only one of
 * that happens, and no number is closed that the kernel has used again.
 */
public class FdLincheck {
  private final Fd fd = open();
  private final List<Fd> others = new ArrayList<>();

  @Operation
  public void close() {
    fd.close();
  }

  /** The caller that gets the number closes it. */
  @Operation
  public boolean release() {
    try {
      return IoLib.close(fd.release()) == 0;
    } catch (IllegalStateException closed) {
      return false;
    }
  }

  /** Closes it and opens something else, which gets the number if it is free. */
  @Operation
  public void closeForAnother() {
    fd.close();
    synchronized (others) {
      others.add(open());
    }
  }

  /** Closes what the others opened; each of them must still have it. */
  @Validate
  public void noOtherDescriptorWasClosed() {
    for (Fd other : others) {
      if (IoLib.close(other.number()) != 0) {
        throw new AssertionError(other + " was closed, but not by its owner");
      }
    }
    others.clear();
    fd.close(); // if no operation did
  }

  @Test
  void hasOneEnd() {
    new ModelCheckingOptions()
        .iterations(12)
        .invocationsPerIteration(300)
        .actorsBefore(0)
        .threads(2)
        .actorsPerThread(1)
        .actorsAfter(0)
        .check(FdLincheck.class);
  }

  private static Fd open() {
    return new Fd(IoLib.eventfd(0, 0));
  }
}
