package io.nacre.engine.detection;

import io.nacre.engine.request.Passage;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.DescriptorPath;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Turns infected verdicts into detections, after the answer and before the descriptor is closed.
 *
 * <p>Called by the end of the stream, one at a time.
 */
public final class Detections {
  private final Clock clock;
  private final LongSupplier nanoClock;
  private final Consumer<Detection> listener;
  private final DescriptorPath path = new DescriptorPath();
  private final LongAdder count = new LongAdder();

  /**
   * Tells {@code listener} of each detection, from the stream's thread.
   *
   * @param nanoClock the clock by which events are read
   */
  public Detections(Clock clock, LongSupplier nanoClock, Consumer<Detection> listener) {
    this.clock = clock;
    this.nanoClock = nanoClock;
    this.listener = listener;
  }

  /** Looks at the outcome of one scan. */
  public void after(PermissionRequest request, Verdict verdict) {
    if (!(verdict instanceof Verdict.Infected infected)) {
      return;
    }
    count.increment();
    Instant now = clock.instant();
    Passage passage = request.passage().orElseGet(() -> passage(request, now));
    listener.accept(
        new Detection(
            now,
            pathOf(request.file()),
            Printable.of(infected.signature()),
            passage.occasion(),
            passage.at(),
            passage.opener(),
            passage.answer()));
  }

  private Passage passage(PermissionRequest request, Instant now) {
    return new Passage(
        request.occasion(),
        request.opener(),
        now.minusNanos(nanoClock.getAsLong() - request.readAtNanos()),
        request.answered().orElseThrow());
  }

  /** Returns the number of detections so far. */
  public long count() {
    return count.sum();
  }

  private String pathOf(int fd) {
    try {
      return Printable.of(path.read(fd).bytes());
    } catch (ErrnoException e) {
      return "(a path longer than a page)";
    }
  }
}
