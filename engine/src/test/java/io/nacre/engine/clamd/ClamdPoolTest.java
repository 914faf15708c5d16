package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.policy.Scanners;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.WakeUp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClamdPoolTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;

  private final ActorTestKit testKit = ActorTestKit.create();
  private final AnswerCounts counts = new AnswerCounts();
  private Path path;
  private FakeKernel kernel;
  private WakeUp stop;

  @BeforeEach
  void open() throws IOException {
    path = directory.resolve("clamd.sock");
    kernel = FakeKernel.open();
    stop = WakeUp.open();
  }

  @AfterEach
  void close() {
    stop.signal();
    testKit.shutdownTestKit();
    kernel.close();
    stop.close();
  }

  @Test
  void lendsAConnectionToEachScan() throws IOException {
    try (FakeClamd clamd = new FakeClamd(path, FakeClamd.answering("OK"))) {
      ClamdPool pool = pool(2);

      for (int i = 0; i < 10; i++) {
        var one = pool.scan(request()).toCompletableFuture();
        var other = pool.scan(request()).toCompletableFuture();

        assertThat(one.join()).isEqualTo(new Verdict.Clean());
        assertThat(other.join()).isEqualTo(new Verdict.Clean());
      }

      assertThat(counts.scanned()).isEqualTo(20);
      assertThat(clamd.accepted()).isLessThanOrEqualTo(3); // the monitor's, too
    }
  }

  @Test
  void answersEveryRequestWhenTheEngineStops() throws IOException {
    try (FakeClamd clamd = new FakeClamd(path, FakeClamd.silent())) {
      ClamdPool pool = pool(2);
      PermissionRequest request = request();
      var scan = pool.scan(request).toCompletableFuture();
      await().until(() -> clamd.accepted() >= 2);

      stop.signal();

      assertThat(scan.join())
          .isEqualTo(new Verdict.Unscanned(FallbackReason.STOPPING, "the engine is stopping"));
      assertThat(request.answered()).isPresent();
    }
  }

  private ClamdPool pool(int connections) {
    CompletableFuture<ClamdPool> started = new CompletableFuture<>();
    testKit.spawn(
        Behaviors.setup(
            context -> {
              started.complete(
                  ClamdPool.start(
                      context,
                      new ClamdPool.Settings(path.toString(), connections, PATIENCE, PATIENCE, 0),
                      new ClamdHealth(System::nanoTime, false),
                      new Scanners(),
                      () -> {},
                      stop,
                      System::nanoTime));
              return Behaviors.empty();
            }));
    return started.join();
  }

  private PermissionRequest request() throws IOException {
    EventFile file = EventFile.open(Files.writeString(directory.resolve("f"), "content"));
    return new PermissionRequest(
        kernel.context(FallbackPolicy.ALLOW_ALL, counts), file.fd(), 0, true, 0, 1_000_000_000L);
  }
}
