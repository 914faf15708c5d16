package io.nacre.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.RequestBuilder;
import io.nacre.engine.request.ScanJob;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.request.Scanned;
import io.nacre.engine.verdict.FileInspector;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.engine.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many requests of several users for few files, which are infected meanwhile: each is answered once
 * and leaves once, and none that came behind a change gets a verdict from before.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ScanSchedulerStormTest {
  private static final int CAPACITY = 12;
  private static final int SCANNERS = 3;
  private static final int REQUESTS = 800;
  private static final int FILES = 40;
  private static final Verdict CLEAN = new Verdict.Clean();
  private static final Verdict INFECTED = new Verdict.Infected("Eicar");

  /** Files by number, each of which is changed once. */
  private static final class ChangingFiles implements FileInspector {
    private final Set<Long> changed = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Long> inodes = new ConcurrentHashMap<>();

    @Override
    public Tracking tracking(FileVersion version, long mountId) {
      return version.inode() % 5 != 0 ? Tracking.TIMES : Tracking.NONE;
    }

    @Override
    public boolean isWholeFilesystem(long device) {
      return false;
    }

    @Override
    public boolean hasWriter(int fd) {
      return inode(fd) % 7 == 0;
    }

    @Override
    public boolean isSettled(FileVersion version) {
      return true;
    }

    @Override
    public Optional<FileVersion> version(int fd) {
      return Optional.of(now(inode(fd)));
    }

    FileVersion now(long inode) {
      long size = inode % 3 == 0 ? Requests.BIG : Requests.SMALL;
      return Requests.version(inode, size, changed.contains(inode) ? 1 : 0);
    }

    void opened(int fd, long inode) {
      inodes.put(fd, inode);
    }

    void change(long inode) {
      changed.add(inode);
    }

    private long inode(int fd) {
      return inodes.getOrDefault(fd, 0L);
    }
  }

  @TempDir Path directory;

  private final ActorTestKit testKit = ActorTestKit.create();
  private final AnswerCounts counts = new AnswerCounts();
  private final QueueGauges gauges = new QueueGauges();
  private final ChangingFiles files = new ChangingFiles();
  private final Map<PermissionRequest, Integer> users = new ConcurrentHashMap<>();
  private final Map<ScanJob, Boolean> cameBehindTheChange = new HashMap<>();
  private final Queue<Scanned> left = new ConcurrentLinkedQueue<>();
  private final AtomicInteger scans = new AtomicInteger();
  private final AtomicInteger mostScans = new AtomicInteger();
  private final AtomicInteger mostInside = new AtomicInteger();
  private FakeKernel kernel;

  @BeforeEach
  void open() throws IOException {
    kernel = FakeKernel.open();
    Files.writeString(directory.resolve("f"), "content");
  }

  @AfterEach
  void close() {
    testKit.shutdownTestKit();
    kernel.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void answersEachOnceAndNoneByAVerdictBeforeItsEvent(long seed) throws Exception {
    Random random = new Random(seed);
    int responses = 0;
    ExecutorService threads = Executors.newFixedThreadPool(SCANNERS);
    try {
      ScanScheduler scheduler =
          new ScanScheduler(
              new ScanStream.Setup(
                  new ScanStream.Limits(CAPACITY, /* background= */ 1, () -> SCANNERS),
                  () -> false,
                  System::nanoTime,
                  kernel.context(counts),
                  files,
                  TestExecutor.signatures()),
              request -> users.getOrDefault(request, 0),
              gauges);
      var running =
          Source.<ScanJob>queue(REQUESTS)
              .via(
                  BidiFlow.fromGraph(scheduler)
                      .join(
                          Flow.of(ScanJob.class)
                              .mapAsyncUnordered(
                                  SCANNERS, job -> scan(threads, job, random.nextInt(2_000)))))
              .toMat(Sink.foreach(this::leaves), Keep.both())
              .run(testKit.system());
      for (int i = 0; i < REQUESTS; i++) {
        long inode = random.nextInt(FILES);
        if (random.nextInt(20) == 0) {
          files.change(inode);
        }
        running.first().offer(request(random, inode));
        if (random.nextInt(6) == 0) {
          LockSupport.parkNanos(random.nextInt(2_000_000));
        }
        responses += kernel.responses().size();
      }
      running.first().complete();
      while (!running.second().toCompletableFuture().isDone()) { // the test has a timeout
        responses += kernel.responses().size();
        LockSupport.parkNanos(1_000_000);
      }
      running.second().toCompletableFuture().join();
    } finally {
      threads.shutdownNow();
    }
    responses += kernel.responses().size();

    assertThat(left).hasSize(REQUESTS).extracting(Scanned::job).doesNotHaveDuplicates();
    assertThat(responses).isEqualTo(REQUESTS);
    assertThat(counts.total()).isEqualTo(REQUESTS);
    assertThat(EventFile.openOn(directory.resolve("f"))).isZero();
    assertThat(mostScans).hasValueLessThanOrEqualTo(SCANNERS);
    assertThat(mostInside).hasValueLessThanOrEqualTo(CAPACITY);
    assertThat(gauges.counts().shared()).isPositive();
    assertThat(left)
        .filteredOn(scanned -> cameBehindTheChange.get(scanned.job()))
        .extracting(Scanned::verdict)
        .doesNotContain(CLEAN);
  }

  private PermissionRequest request(Random random, long inode) throws IOException {
    boolean isBehind = files.changed.contains(inode);
    long now = System.nanoTime();
    EventFile file = EventFile.open(directory.resolve("f"));
    files.opened(file.fd(), inode);
    PermissionRequest request =
        RequestBuilder.of(kernel.context(counts), file.fd())
            .trigger(random.nextInt(4) == 0 ? ScanTrigger.EXECUTED : ScanTrigger.OPENED)
            .facts(Requests.facts(files.now(inode)))
            .readAt(now)
            .deadline(Duration.ofNanos(random.nextInt(20_000_000) + 1))
            .build();
    users.put(request, random.nextInt(3) == 0 ? random.nextInt(3) : 9);
    cameBehindTheChange.put(request, isBehind);
    return request;
  }

  /** What a scanner does: reads the file at some time, and answers later. */
  private CompletionStage<Scanned> scan(ExecutorService threads, ScanJob job, int micros) {
    mostScans.accumulateAndGet(scans.incrementAndGet(), Math::max);
    CompletableFuture<Scanned> result = new CompletableFuture<>();
    threads.execute(
        () -> {
          long inode = job.facts().version().inode();
          Verdict verdict = files.changed.contains(inode) ? INFECTED : CLEAN;
          LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(micros));
          job.complete(verdict, System.nanoTime());
          scans.decrementAndGet();
          result.complete(new Scanned(job, verdict));
        });
    return result;
  }

  private void leaves(Scanned scanned) {
    QueueGauges.Counts now = gauges.counts();
    mostInside.accumulateAndGet(now.waiting() + now.scanning() + now.deferred(), Math::max);
    left.add(scanned);
    scanned.job().close();
  }
}
