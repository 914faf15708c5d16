package io.nacre.engine.scan.prefetch;

import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.BackgroundSink;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.JobContext;
import io.nacre.engine.request.OpenSink;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.scan.PrefetchHint;
import io.nacre.engine.scan.lookup.LocalFileFinder;
import io.nacre.engine.verdict.CleanCache;
import io.nacre.engine.verdict.FileId;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.engine.verdict.InfectedFiles;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.file.Directory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;

/**
 * Has files scanned that a process is about to open, as it goes through a tree one file after the
 * other: so it does not wait for each verdict, while clamd has nothing else to do.
 *
 * <p>Opens files on a thread of its own, which nobody waits for. What others tell it waits in a
 * bounded queue, or is forgotten.
 */
public final class Prefetcher implements PrefetchHint, OpenSink, AutoCloseable {

  /**
   * What it works with.
   *
   * @param maxFileSizeBytes the biggest file that is scanned
   * @param hasRoomFor whether descriptors are left, by the number of the last one
   */
  public record Setup(
      PathRules rules,
      OwnMounts ownMounts,
      CleanCache clean,
      InfectedFiles infected,
      long maxFileSizeBytes,
      JobContext jobs,
      IntPredicate hasRoomFor,
      PrefetchCounts counts,
      LongSupplier nanoClock) {}

  private sealed interface Message {}

  /** A process opened a file that has to be scanned now. */
  private record Seen(Target target, String path) implements Message {}

  /** Some of the files that were scanned ahead were opened. */
  private record Due(ProcessTracker pursuit) implements Message {}

  private record Target(int pid, long mountId) {}

  /** What is bigger is scanned when it is opened: it would keep a connection for long. */
  private static final long LARGEST = 1 << 20;

  private static final int MESSAGES = 256;
  private static final int PROCESSES = 32;

  /** Names looked at before others have a turn. */
  private static final int NAMES = 512;

  /** Files that are learnt from at a time. */
  private static final int LEARNT = 4;

  private static final int STRAYS = 16;
  private static final long QUIET_NANOS = Duration.ofSeconds(2).toNanos();

  private final Setup setup;
  private final PrefetchCounts counts;
  private final LocalFileFinder files;
  private final PrefetchedFiles guesses = new PrefetchedFiles();
  private final BlockingQueue<Message> messages = new ArrayBlockingQueue<>(MESSAGES);
  private final Map<Target, ProcessTracker> pursuits = new LinkedHashMap<>(); // oldest first
  private final Backoff muted = new Backoff();
  private final InFlightCount underWay = new InFlightCount();
  private final Thread thread = new Thread(this::run, "scan-ahead");
  private BackgroundSink background = scan -> false;
  private BooleanSupplier hasTime = () -> false;
  private long lookedAtNanos;
  private volatile boolean closed;

  /** Whether messages were forgotten since the last time. */
  private volatile boolean isForgetful;

  /** For the stream's thread alone. */
  private final RecentProcesses recent = new RecentProcesses();

  private final DescriptorPath descriptorPath = new DescriptorPath();

  /** One that guesses nothing before it is started. */
  public Prefetcher(Setup setup) {
    this.setup = setup;
    this.counts = setup.counts();
    this.files =
        new LocalFileFinder(
            setup.rules(),
            setup.ownMounts(),
            setup.clean(),
            setup.infected(),
            Math.min(setup.maxFileSizeBytes(), LARGEST));
    this.lookedAtNanos = setup.nanoClock().getAsLong();
  }

  /** Loads every class and links every call site, so that no reader waits for that. */
  public void warmUp() {
    FileVersion nothing = new FileVersion(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    ProcessTracker process = new ProcessTracker(directory -> Optional.empty());
    guesses.add(new Prefetched(FileId.of(nothing), "/none", process, 0));
    opened(nothing, /* isCached= */ true);
    process.settle(guesses, lookedAtNanos);
    counts.reset();
  }

  /**
   * Starts its thread.
   *
   * @param background takes the scans
   * @param hasTime whether there are connections that no opener needs
   */
  public void start(BackgroundSink background, BooleanSupplier hasTime) {
    this.background = background;
    this.hasTime = hasTime;
    thread.setDaemon(true); // it may hang in the kernel when everything else has ended
    thread.start();
  }

  /** Costs hardly anything unless the process opens one file after the other. */
  @Override
  public void scanning(PermissionRequest request) {
    if (!request.facts().isKnown()) {
      return;
    }
    int pid = request.process().pid();
    if (!recent.isAgain(pid) || muted.contains(pid, setup.nanoClock().getAsLong())) {
      return;
    }
    FileFacts facts = request.facts();
    if (!files.mayLookAt(facts.version(), facts.mountId())) {
      return;
    }
    try {
      String path =
          new String(descriptorPath.read(request.file()).bytes(), StandardCharsets.ISO_8859_1);
      tell(new Seen(new Target(pid, facts.mountId()), path));
    } catch (ErrnoException e) {
      // A path longer than a page: it is scanned when it is opened.
    }
  }

  @Override
  public void opened(FileVersion version, boolean isCached) {
    Optional<Prefetched> right = guesses.take(version);
    if (right.isEmpty()) {
      return;
    }
    Prefetched guess = right.get();
    if (isCached || !guess.isOver()) {
      counts.addUsed();
    } else {
      counts.addWasted(); // its verdict was not kept
    }
    if (guess.pursuit().opened(guess)) {
      tell(new Due(guess.pursuit()));
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  /** The newest tells most of where a process is: the oldest makes room. */
  private void tell(Message message) {
    while (!messages.offer(message)) {
      messages.poll();
      isForgetful = true;
    }
  }

  private void run() {
    try (files) {
      while (!closed) {
        Message message = messages.poll(QUIET_NANOS, TimeUnit.NANOSECONDS);
        long now = setup.nanoClock().getAsLong();
        if (message != null) {
          boolean isGapBefore = isForgetful;
          isForgetful = false;
          List<Message> all = new ArrayList<>(List.of(message));
          messages.drainTo(all);
          onMessages(all, isGapBefore, now);
        }
        forgetTheQuiet(now);
      }
    } catch (InterruptedException e) {
      // It is closed.
    }
  }

  /**
   * Learns all of it first: guesses from where a process was some files ago would be too late. Of
   * many files of one process the last few tell enough.
   */
  private void onMessages(List<Message> all, boolean isGapBefore, long now) {
    Map<Target, Deque<Seen>> seen = new LinkedHashMap<>();
    Map<Target, ProcessTracker> due = new LinkedHashMap<>();
    Set<Target> skipped = new HashSet<>();
    for (Message message : all) {
      if (message instanceof Seen file) {
        Deque<Seen> last = seen.computeIfAbsent(file.target(), target -> new ArrayDeque<>());
        if (last.size() == LEARNT) {
          last.remove();
          skipped.add(file.target());
        }
        last.add(file);
      } else if (message instanceof Due used) {
        onDue(used, now, due);
      }
    }
    seen.forEach(
        (target, files) ->
            onSeen(target, files, isGapBefore || skipped.contains(target), now, due));
    due.forEach(this::goOn);
  }

  private void onSeen(
      Target target,
      Deque<Seen> files,
      boolean isGapBefore,
      long now,
      Map<Target, ProcessTracker> due) {
    ProcessTracker pursuit = pursuit(target);
    counts.addWasted(pursuit.settle(guesses, now));
    if (isGapBefore) {
      pursuit.skippedTo(files.remove().path(), now);
    }
    boolean isKnown = false;
    for (Seen file : files) {
      isKnown = pursuit.seen(file.path(), now);
    }
    if (isKnown) {
      due.put(target, pursuit);
    } else if (pursuit.strays() >= STRAYS) {
      due.remove(target);
      mute(target, now);
    }
  }

  private ProcessTracker pursuit(Target target) {
    ProcessTracker known = pursuits.get(target);
    if (known != null) {
      return known;
    }
    if (pursuits.size() == PROCESSES) {
      end(pursuits.keySet().iterator().next());
    }
    ProcessTracker pursuit =
        new ProcessTracker(new ProtectedMount(files, target.mountId(), setup.nanoClock()));
    pursuits.put(target, pursuit);
    return pursuit;
  }

  private void onDue(Due used, long now, Map<Target, ProcessTracker> due) {
    for (Map.Entry<Target, ProcessTracker> each : pursuits.entrySet()) {
      if (each.getValue() == used.pursuit()) {
        counts.addWasted(used.pursuit().settle(guesses, now));
        due.put(each.getKey(), used.pursuit());
        return;
      }
    }
  }

  /** Has files scanned until it is enough. */
  private void goOn(Target target, ProcessTracker pursuit) {
    if (pursuit.isInVain()) {
      mute(target, setup.nanoClock().getAsLong());
      return;
    }
    counts.setWindow(pursuit.window());
    try (OpenedDirectory directory = new OpenedDirectory(files, target.mountId())) {
      for (int left = NAMES; left > 0 && pursuit.room() > 0 && isPossible(); left--) {
        Optional<String> next = pursuit.next(left);
        if (next.isEmpty()) {
          return;
        }
        guess(pursuit, directory, next.get());
      }
    } finally {
      pursuit.rest();
    }
  }

  private boolean isPossible() {
    return !closed && hasTime.getAsBoolean() && underWay.hasRoom();
  }

  private void guess(ProcessTracker pursuit, OpenedDirectory directory, String path) {
    try (LocalFileFinder.Found found = directory.find(path)) {
      switch (found.need()) {
        case SCAN -> scan(pursuit, path, found);
        case TOO_BIG, UNSETTLED, LEASED -> pursuit.leaveOut(path);
        case CLEAN, INFECTED, NO_FILE -> {}
      }
    } catch (ErrnoException e) {
      // It is gone, or another thing by now.
    }
  }

  private void scan(ProcessTracker pursuit, String path, LocalFileFinder.Found found)
      throws ErrnoException {
    FileFacts facts = found.facts();
    FileId id = FileId.of(facts.version());
    if (guesses.contain(id)) {
      return;
    }
    Fd file = Directory.openForReading(found.path());
    Prefetched guess = new Prefetched(id, path, pursuit, pursuit.nextNumber());
    long bytes = facts.version().size();
    BackgroundScan request =
        BackgroundScan.unopened(
            setup.jobs(),
            file.number(),
            ScanTrigger.PREFETCH,
            facts,
            closed -> over(guess, bytes, closed.verdict()),
            setup.nanoClock().getAsLong());
    guesses.add(guess);
    pursuit.add(guess);
    underWay.add(bytes);
    if (setup.hasRoomFor().test(file.number()) && background.offer(request)) {
      file.release(); // closed by the end of the stream
    } else {
      file.close();
      withdraw(guess, bytes);
    }
  }

  /** On the stream's thread. */
  private void over(Prefetched guess, long bytes, Verdict verdict) {
    if (verdict instanceof Verdict.Unscanned) {
      withdraw(guess, bytes);
      return;
    }
    underWay.remove(bytes);
    guess.over();
    counts.addScanned();
    if (verdict instanceof Verdict.Infected) {
      counts.addInfected();
    }
  }

  private void withdraw(Prefetched guess, long bytes) {
    underWay.remove(bytes);
    counts.addCancelled();
    if (guesses.remove(guess)) {
      guess.pursuit().drop();
    }
  }

  private void mute(Target target, long now) {
    muted.add(target.pid(), now);
    end(target);
  }

  private void end(Target target) {
    ProcessTracker ended = pursuits.remove(target);
    if (ended != null) {
      counts.addWasted(ended.end(guesses));
    }
  }

  private void forgetTheQuiet(long now) {
    if (now - lookedAtNanos < QUIET_NANOS) {
      return;
    }
    lookedAtNanos = now;
    muted.forget(now);
    for (Iterator<ProcessTracker> each = pursuits.values().iterator(); each.hasNext(); ) {
      ProcessTracker pursuit = each.next();
      counts.addWasted(pursuit.settle(guesses, now));
      if (now - pursuit.lastNanos() > QUIET_NANOS) {
        counts.addWasted(pursuit.end(guesses));
        each.remove();
      }
    }
  }
}
