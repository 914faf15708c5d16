package io.nacre.engine.detection;

import io.nacre.engine.request.Answer;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.DescriptorPath;
import java.time.Clock;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Turns infected verdicts into detections, after the answer and before the descriptor is closed.
 *
 * <p>Called by the end of the stream, one at a time.
 */
public final class Detections {
  private final Clock clock;
  private final Consumer<Detection> listener;
  private final DescriptorPath path = new DescriptorPath();
  private final LongAdder count = new LongAdder();

  /** Tells {@code listener} of each detection, from the stream's thread. */
  public Detections(Clock clock, Consumer<Detection> listener) {
    this.clock = clock;
    this.listener = listener;
  }

  /** Looks at the outcome of one scan. */
  public void after(PermissionRequest request, Verdict verdict) {
    if (!(verdict instanceof Verdict.Infected infected)) {
      return;
    }
    count.increment();
    Answer answer = request.answered().orElseThrow();
    listener.accept(
        new Detection(
            clock.instant(),
            pathOf(request.file()),
            Printable.of(infected.signature()),
            request.occasion(),
            request.opener(),
            answer));
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
