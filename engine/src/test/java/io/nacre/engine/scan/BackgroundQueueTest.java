package io.nacre.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.policy.LivePolicy;
import io.nacre.engine.policy.TestPolicy;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.BackgroundSink;
import io.nacre.engine.request.DescriptorCloser;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.JobContext;
import io.nacre.engine.request.ScanJob;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackgroundQueueTest {
  private static final int MAX_SIZE = 100;

  @TempDir Path directory;

  private final AnswerCounts counts = new AnswerCounts();
  private final List<BackgroundScan> taken = new ArrayList<>();
  private FakeKernel kernel;

  @BeforeEach
  void open() throws IOException {
    kernel = FakeKernel.open();
  }

  @AfterEach
  void close() {
    taken.forEach(request -> request.complete(new Verdict.Clean(), 1));
    taken.forEach(ScanJob::close);
    kernel.close();
  }

  @Test
  void takeTheDescriptorOfAFile() throws IOException {
    EventFile file = file("content");
    Fd fd = new Fd(file.fd());

    boolean accepted = scans(taken::add).offer(fd);
    fd.close();

    assertThat(accepted).isTrue();
    assertThat(file.isOpen()).as("not the caller's to close any more").isTrue();
    assertThat(taken).singleElement().returns(ScanTrigger.MOVED_IN, ScanJob::trigger);
    assertThat(counts.background().byName()).containsEntry("queued", 1L);
  }

  @Test
  void leaveTheDescriptorToTheCallerIfThereIsNoRoom() throws IOException {
    EventFile file = file("content");
    Fd fd = new Fd(file.fd());

    boolean accepted = scans(request -> false).offer(fd);

    assertThat(accepted).isFalse();
    assertThat(fd.isOpen()).isTrue();
    assertThat(file.isOpen()).isTrue();
    assertThat(counts.background().byName().values()).allMatch(count -> count == 0);
    fd.close();
  }

  @Test
  void skipWhatNeedsNoScanOrIsTooBig() throws IOException {
    BackgroundQueue scans = scans(taken::add);

    assertThat(scans.offer(new Fd(file("").fd()))).isTrue();
    assertThat(scans.offer(new Fd(file("x".repeat(MAX_SIZE + 1)).fd()))).isTrue();
    assertThat(scans.offer(new Fd(EventFile.open(directory).fd()))).isTrue();

    assertThat(taken).isEmpty();
    assertThat(counts.background().skipped()).isEqualTo(3);
    assertThat(EventFile.openOn(directory)).isZero();
  }

  @Test
  void scanAFileOfExactlyTheBiggestSize() throws IOException {
    BackgroundQueue scans = scans(taken::add);

    assertThat(scans.offer(new Fd(file("x".repeat(MAX_SIZE)).fd()))).isTrue();

    assertThat(taken).hasSize(1);
    assertThat(counts.background().skipped()).isZero();
  }

  @Test
  void takeAFileThatFoundNoRoomWhenItIsOfferedAgain() throws IOException {
    EventFile file = file("content");
    Fd fd = new Fd(file.fd());
    AtomicBoolean hasRoom = new AtomicBoolean();
    BackgroundQueue scans = scans(request -> hasRoom.get() && taken.add(request));
    scans.offer(fd);
    hasRoom.set(true);

    boolean accepted = scans.offer(fd);

    assertThat(accepted).isTrue();
    assertThat(taken).singleElement().returns(file.fd(), ScanJob::file);
    assertThat(fd.isOpen()).as("not the caller's any more").isFalse();
    assertThat(file.isOpen()).isTrue();
  }

  @Test
  void countWhatFoundNoRoomForLong() throws IOException {
    BackgroundQueue scans = scans(taken::add);

    scans.dropped(3);
    scans.dropped(0);
    scans.dropped(1);

    assertThat(counts.background().dropped()).isEqualTo(4);
    assertThat(counts.total()).isZero();
  }

  @Test
  void noteAndCountAFileThatFoundNoRoomForLong() throws IOException {
    EventFile file = file("content");
    List<ScanJob> closed = new ArrayList<>();
    BackgroundQueue scans =
        new BackgroundQueue(
            taken::add,
            new JobContext(kernel.group(), counts, closed::add, DescriptorCloser.AT_ONCE),
            new LivePolicy(TestPolicy.of(MAX_SIZE)),
            () -> 1_000);

    scans.dropped(new Fd(file.fd()));

    assertThat(closed)
        .singleElement()
        .returns(ScanTrigger.MOVED_IN, ScanJob::trigger)
        .returns(new Verdict.Unscanned(FallbackReason.OVERLOAD, ""), ScanJob::verdict);
    assertThat(file.isOpen()).isFalse();
    assertThat(counts.background().dropped()).isEqualTo(1);
    assertThat(taken).isEmpty();
  }

  private BackgroundQueue scans(BackgroundSink stream) {
    return new BackgroundQueue(
        stream, kernel.context(counts), new LivePolicy(TestPolicy.of(MAX_SIZE)), () -> 1_000);
  }

  private EventFile file(String content) throws IOException {
    return EventFile.open(Files.writeString(directory.resolve("f" + content.length()), content));
  }
}
