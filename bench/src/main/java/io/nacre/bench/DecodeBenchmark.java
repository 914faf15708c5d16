package io.nacre.bench;

import io.nacre.linux.NativeBuffer;
import io.nacre.linux.fanotify.FanotifyEvents;
import io.nacre.linux.fanotify.FanotifyMask;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What does it cost to step over one fanotify event? {@code ./bench/jmh Decode} */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecodeBenchmark {
  private static final int EVENTS = 64;

  private final NativeBuffer buffer = new NativeBuffer(EVENTS * FanotifyEvents.METADATA_SIZE);
  private final FanotifyEvents events = new FanotifyEvents();

  /** Fills the buffer as one read of a busy group would. */
  public DecodeBenchmark() {
    for (int i = 0; i < EVENTS; i++) {
      FanotifyEvents.put(
          buffer.bytes(),
          i * FanotifyEvents.METADATA_SIZE,
          FanotifyMask.FAN_OPEN_PERM,
          100 + i,
          4242);
    }
  }

  /** Steps over a batch and looks at what triage needs. */
  @Benchmark
  @OperationsPerInvocation(EVENTS)
  public long decode() {
    events.over(buffer.bytes(), buffer.capacity());
    long sum = 0;
    while (events.next()) {
      sum += events.fd() + events.pid() + (events.needsResponse() ? 1 : 0);
    }
    return sum;
  }
}
