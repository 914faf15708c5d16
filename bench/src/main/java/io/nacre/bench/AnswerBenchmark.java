package io.nacre.bench;

import io.nacre.engine.policy.Exemptions;
import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Policy;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.FileAccess;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.JobContext;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.file.Directory;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What does a request cost from its descriptor to its answer and its close, without the kernel's
 * part of fanotify? A socket stands in for the group. {@code ./bench/jmh Answer}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AnswerBenchmark {
  private final UnixSocket[] kernel = pair();
  private final NativeBuffer answers = new NativeBuffer(64);
  private final JobContext context =
      new JobContext(FanotifyGroup.over(kernel[1].fd()), new AnswerCounts());
  private final Policy policy =
      new Policy(
          1,
          new Exemptions(Set.of()),
          new PathRules(List.of()),
          Long.MAX_VALUE,
          Duration.ofMinutes(1),
          FallbackPolicy.ALLOW_ALL);
  private final ProcessInfo opener = ProcessInfo.of(1, Optional.empty());

  /** Opens a descriptor, answers for it, closes it, and takes the answer off the socket. */
  @Benchmark
  public int answer() throws IOException {
    int fd = Directory.open("/".getBytes(StandardCharsets.US_ASCII)).fd().release();
    FileAccess open = new FileAccess(fd, ScanTrigger.OPENED, opener, FileFacts.UNKNOWN, 0);
    PermissionRequest request = new PermissionRequest(context, policy, open, true);
    request.answer(new Verdict.Clean(), 1);
    request.close();
    return kernel[0].receive(answers, 0);
  }

  private static UnixSocket[] pair() {
    try {
      return UnixSocket.pair();
    } catch (ErrnoException e) {
      throw new UncheckedIOException(e);
    }
  }
}
