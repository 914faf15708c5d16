package io.nacre.engine.intake;

import io.nacre.engine.context.DescriptorBudget;
import io.nacre.engine.fixture.NoCache;
import io.nacre.engine.policy.Exemptions;
import io.nacre.engine.policy.LivePolicy;
import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Policy;
import io.nacre.engine.policy.ProgramSet;
import io.nacre.engine.policy.ScannerProcesses;
import io.nacre.engine.policy.TestPolicy;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.BackgroundSink;
import io.nacre.engine.request.CleanFileSink;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.OpenSink;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.RequestSink;
import io.nacre.engine.verdict.InfectedFiles;
import io.nacre.linux.WakeUp;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;

/** Readers of a fake kernel, and all that they hand on. */
final class TestedReader implements AutoCloseable {
  static final Duration DEADLINE = Duration.ofSeconds(5);
  static final int MAX_SIZE = 100;

  final ActorTestKit testKit = ActorTestKit.create();
  final AnswerCounts counts = new AnswerCounts();
  final AtomicLong nanos = new AtomicLong(1_000);
  final ReaderLease lease = new ReaderLease(nanos.get());
  final DescriptorBudget budget = new DescriptorBudget(1 << 20);
  final LinkedBlockingQueue<PermissionRequest> handedOn = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<BackgroundScan> background = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<PermissionRequest> denied = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<String> outside = new LinkedBlockingQueue<>();
  final InfectedFiles infected = new InfectedFiles(8);
  final FakeKernel kernel = FakeKernel.open();
  final WakeUp stop = WakeUp.open();
  final ReadingGate gate = ReadingGate.create();

  private final Path directory;
  private final List<EventFile> opened = new ArrayList<>();

  private TestedReader(Path directory) throws IOException {
    this.directory = directory;
  }

  /** A kernel without readers; its files will be in {@code directory}. */
  static TestedReader open(Path directory) throws IOException {
    return new TestedReader(directory);
  }

  /** What a reader judges events by. */
  record Rules(TriageState state, Policy policy) {}

  /** Rules that exempt no user and no scanner. */
  Rules rules(PathRules paths, OwnMounts ownMounts, ProgramSet programs) {
    return new Rules(
        new TriageState(
            ProcFs.self(), new ScannerProcesses(), ownMounts, NoCache.create(), infected),
        new Policy(
            1, new Exemptions(Set.of(), programs), paths, MAX_SIZE, DEADLINE, TestPolicy.DENY_ALL));
  }

  /** Starts a reader; the first one holds the lease, unless the test took it before. */
  ActorRef<FanotifyReader.Command> start(
      Rules rules, RequestSink requests, BackgroundSink background) {
    FanotifyReader.Setup setup =
        new FanotifyReader.Setup(
            kernel.context(counts),
            stop,
            lease,
            gate,
            new LivePolicy(rules.policy()),
            rules.state(),
            /* opensFollowExecs= */ true,
            budget,
            new ReaderSinks(
                requests,
                background,
                denied::add,
                (path, length) ->
                    outside.add(new String(path, 0, length, StandardCharsets.ISO_8859_1)),
                CleanFileSink.NONE,
                OpenSink.NONE),
            nanos::get);
    return testKit.spawn(
        FanotifyReader.create(setup), DispatcherSelector.fromConfig("nacre.pinned-dispatcher"));
  }

  /** Writes a new file, and opens it as for an event. */
  EventFile file(String content) throws IOException {
    Path path = directory.resolve("f" + opened.size() + "-");
    EventFile file = EventFile.open(Files.writeString(path, content));
    opened.add(file);
    return file;
  }

  @Override
  public void close() {
    stop.signal();
    testKit.shutdownTestKit();
    kernel.close();
    stop.close();
    gate.close();
    opened.stream().filter(EventFile::isOpen).forEach(EventFile::close);
  }
}
