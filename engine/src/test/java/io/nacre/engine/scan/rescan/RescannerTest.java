package io.nacre.engine.scan.rescan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.Descriptors;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RescannerTest {
  private static final Verdict CLEAN = new Verdict.Clean();
  private static final Verdict DOWN = new Verdict.Unscanned(FallbackReason.CLAMD_DOWN, "");
  private static final Verdict FAILED = new Verdict.Unscanned(FallbackReason.CLAMD_ERROR, "");

  @TempDir Path directory;

  private final ActorTestKit testKit = ActorTestKit.create();
  private final RescanQueue queue = new RescanQueue(1_000);
  private final AnswerCounts counts = new AnswerCounts();
  private final Queue<BackgroundScan> offered = new ConcurrentLinkedQueue<>();

  /** So that no pause lasts longer than to the next look. */
  private final AtomicLong nanos = new AtomicLong();

  private volatile boolean isClamdUp = true;
  private volatile boolean hasRoom = true;
  private FakeKernel kernel;

  @BeforeEach
  void start() throws IOException {
    kernel = FakeKernel.open();
    testKit.spawn(
        Rescanner.create(
            new Rescanner.Setup(
                queue,
                kernel.context(counts),
                request -> hasRoom && offered.add(request),
                () -> isClamdUp,
                () -> nanos.addAndGet(Duration.ofMinutes(2).toNanos())),
            Duration.ofMillis(10)));
  }

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
    kernel.close();
  }

  @Test
  void hasFilesScannedAndSaysWhatWasFound() throws IOException {
    queue.add(entry("clean"));
    queue.add(entry("infected"));

    BackgroundScan first = nextOffered();
    assertThat(first.trigger()).isEqualTo(ScanTrigger.RESCAN);
    assertThat(first.outcome(Instant.EPOCH))
        .isEqualTo(RescanEntries.outcome(FallbackReason.CLAMD_DOWN));
    assertThat(queue.counts().waiting()).isEqualTo(2);
    end(first, CLEAN);
    end(nextOffered(), new Verdict.Infected("Eicar"));

    await().until(() -> queue.counts().equals(new RescanQueue.Counts(1_000, 0, 2, 1, 0, 0)));
    assertThat(counts.total()).isZero();
    assertThat(counts.background().byName().values()).allMatch(count -> count == 0);
    assertThat(Descriptors.below(directory.toRealPath())).isEmpty();
  }

  @Test
  void waitsUntilClamdAnswers() throws IOException {
    isClamdUp = false;
    queue.add(entry("f"));
    awaitLooks(3);
    assertThat(offered).isEmpty();

    isClamdUp = true;

    end(nextOffered(), CLEAN);
    awaitScanned(1);
  }

  @Test
  void hasOnlySoManyInTheStreamAtOnce() throws IOException {
    int files = Rescanner.AT_ONCE + 10;
    isClamdUp = false;
    awaitLooks(2); // a pass that began before would end before the files added behind it
    for (int i = 0; i < files; i++) {
      queue.add(entry("f" + i));
    }
    isClamdUp = true;
    await().until(() -> offered.size() == Rescanner.AT_ONCE);
    awaitLooks(2);
    assertThat(offered).hasSize(Rescanner.AT_ONCE);

    for (int i = 0; i < files; i++) {
      end(nextOffered(), CLEAN);
    }

    awaitScanned(files);
  }

  @Test
  void waitsForRoom() throws IOException {
    hasRoom = false;
    queue.add(entry("f"));
    awaitLooks(3);
    await().until(() -> Descriptors.below(directory.toRealPath()).isEmpty());
    assertThat(queue.counts().waiting()).isEqualTo(1);

    hasRoom = true;

    end(nextOffered(), CLEAN);
    awaitScanned(1);
  }

  @Test
  void keepsWhatClamdDidNotLookAtHoweverOften() throws IOException {
    queue.add(entry("f"));
    for (int i = 0; i < 2 * Rescanner.TRIES; i++) {
      end(nextOffered(), DOWN);
    }

    end(nextOffered(), CLEAN);

    awaitScanned(1);
    assertThat(queue.counts().dropped()).isZero();
  }

  @Test
  void givesUpWhatClamdFailsAtAgainAndAgain() throws IOException {
    queue.add(entry("f"));
    for (int i = 0; i < Rescanner.TRIES; i++) {
      end(nextOffered(), FAILED);
    }

    await().until(() -> queue.counts().dropped() == 1);
    assertThat(queue.counts().waiting()).isZero();
  }

  @Test
  void countsWhatIsGone() throws IOException {
    RescanEntry gone = entry("gone");
    Files.delete(directory.resolve("gone"));
    RescanEntry linked = entry("linked");
    Files.delete(directory.resolve("linked"));
    Files.createSymbolicLink(
        directory.resolve("linked"), Files.writeString(directory.resolve("other"), "other"));
    queue.add(gone);
    queue.add(linked);
    queue.add(entry("f"));

    end(nextOffered(), CLEAN);

    awaitScanned(1);
    assertThat(queue.counts().noLongerFound()).isEqualTo(2);
  }

  private RescanEntry entry(String name) throws IOException {
    return RescanEntries.of(Files.writeString(directory.resolve(name), name));
  }

  private BackgroundScan nextOffered() {
    return await().until(offered::poll, request -> request != null);
  }

  private static void end(BackgroundScan scan, Verdict verdict) {
    scan.complete(verdict, 1);
    scan.close();
  }

  private void awaitScanned(int files) {
    await().until(() -> queue.counts().rescanned() == files && queue.counts().waiting() == 0);
  }

  /** Each look asks for the time. */
  private void awaitLooks(int looks) {
    long enough = nanos.get() + looks * 3L * Duration.ofMinutes(2).toNanos();
    await().until(() -> nanos.get() >= enough);
  }
}
