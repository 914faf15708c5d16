package io.nacre.engine.scan.prefetch;

import io.nacre.engine.policy.OwnMounts;
import io.nacre.engine.request.BackgroundSink;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.JobContext;
import io.nacre.engine.request.OpenSink;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.scan.PrefetchHint;
import io.nacre.engine.scan.lookup.FileScope;
import io.nacre.engine.scan.lookup.LocalFileFinder;
import io.nacre.engine.verdict.CleanCache;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.engine.verdict.InfectedFiles;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.DescriptorPath;
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
 * Scans the files that a process is about to open, as it goes through a tree file by file. So the
 * process does not wait for each verdict, while clamd is idle.
 *
 * <p>Opens files on a thread of its own, which no other thread waits for. Messages to it wait in a
 * bounded queue; the oldest is dropped.
 */
public final class Prefetcher implements PrefetchHint, OpenSink, AutoCloseable {

  /**
   * What it works with.
   *
   * @param isEnabled whether files are prefetched now
   * @param scope which files may be scanned
   * @param hasRoomFor whether a descriptor of this number leaves enough others
   */
  public record Setup(
      BooleanSupplier isEnabled,
      FileScope scope,
      OwnMounts ownMounts,
      CleanCache clean,
      InfectedFiles infected,
      JobContext jobs,
      IntPredicate hasRoomFor,
      PrefetchCounts counts,
      LongSupplier nanoClock) {}

  private sealed interface Message {}

  /** A process opened a file that has to be scanned now. */
  private record Seen(Target target, String path) implements Message {}

  /** A process opened enough of its prefetched files. */
  private record Due(ProcessTracker process) implements Message {}

  private record Target(int pid, long mountId) {}

  /** A bigger file is scanned when it is opened: its scan would occupy a connection for long. */
  private static final long LARGEST = 1 << 20;

  private static final int MESSAGES = 256;
  private static final int PROCESSES = 32;

  /** The most files of one process that are learned from at a time. */
  private static final int LEARNED = 4;

  /** Opens in a row, none expected after the one before, that end the prefetch of a process. */
  private static final int UNEXPECTED = 16;

  private static final long QUIET_NANOS = Duration.ofSeconds(2).toNanos();

  private final Setup setup;
  private final LocalFileFinder files;
  private final PrefetchScans scans;
  private final BlockingQueue<Message> messages = new ArrayBlockingQueue<>(MESSAGES);
  private final Map<Target, ProcessTracker> processes = new LinkedHashMap<>(); // oldest first
  private final Backoff backoff = new Backoff();
  private final Thread thread = new Thread(this::run, "prefetch");
  private long checkedAtNanos;
  private volatile boolean closed;

  /** Whether messages were dropped since the last time. */
  private volatile boolean hasDropped;

  /** For the stream's thread alone. */
  private final RecentProcesses recent = new RecentProcesses();

  private final DescriptorPath descriptorPath = new DescriptorPath();

  /** A prefetcher that scans nothing before it is started. */
  public Prefetcher(Setup setup) {
    this.setup = setup;
    this.files =
        new LocalFileFinder(
            setup.scope().upTo(LARGEST), setup.ownMounts(), setup.clean(), setup.infected());
    this.scans = new PrefetchScans(setup, files);
    this.checkedAtNanos = setup.nanoClock().getAsLong();
  }

  /** Loads every class and links every call site, so that no reader waits for that. */
  public void warmUp() {
    scans.warmUp(checkedAtNanos);
    opened(new FileVersion(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), /* isCached= */ true);
  }

  /**
   * Starts its thread.
   *
   * @param background takes the scans
   * @param hasTime whether there are connections that no opener needs
   */
  public void start(BackgroundSink background, BooleanSupplier hasTime) {
    scans.start(background, hasTime);
    thread.setDaemon(true); // it may hang in the kernel when everything else has ended
    thread.start();
  }

  /** Costs hardly anything unless the process opens one file after the other. */
  @Override
  public void scanning(PermissionRequest request) {
    if (!setup.isEnabled().getAsBoolean() || !request.facts().isKnown()) {
      return;
    }
    int pid = request.process().pid();
    if (!recent.isAgain(pid) || backoff.contains(pid, setup.nanoClock().getAsLong())) {
      return;
    }
    FileFacts facts = request.facts();
    if (!files.isCovered(facts.version(), facts.mountId())) {
      return;
    }
    try {
      String path =
          new String(descriptorPath.read(request.file()).bytes(), StandardCharsets.ISO_8859_1);
      send(new Seen(new Target(pid, facts.mountId()), path));
    } catch (ErrnoException e) {
      // A path longer than a page: the file is scanned when it is opened.
    }
  }

  @Override
  public void opened(FileVersion version, boolean isCached) {
    Optional<ProcessTracker> due = scans.opened(version, isCached);
    if (due.isPresent()) {
      send(new Due(due.get()));
    }
  }

  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      files.close(); // otherwise the thread closes them at its end
    }
    thread.interrupt();
  }

  /** The newest message shows best where a process is: the oldest makes room. */
  private void send(Message message) {
    while (!messages.offer(message)) {
      messages.poll();
      hasDropped = true;
    }
  }

  private void run() {
    try (files) {
      while (!closed) {
        Message message = messages.poll(QUIET_NANOS, TimeUnit.NANOSECONDS);
        long now = setup.nanoClock().getAsLong();
        if (message != null) {
          boolean isGapBefore = hasDropped;
          hasDropped = false;
          List<Message> all = new ArrayList<>(List.of(message));
          messages.drainTo(all);
          onMessages(all, isGapBefore, now);
        }
        endQuietProcesses(now);
      }
    } catch (InterruptedException e) {
      // It is closed.
    }
  }

  /**
   * Learns from all messages before any scan: what followed a file of some opens ago is open by
   * now. Of many files of one process the last few are enough.
   */
  private void onMessages(List<Message> all, boolean isGapBefore, long now) {
    Map<Target, Deque<Seen>> seen = new LinkedHashMap<>();
    Map<Target, ProcessTracker> due = new LinkedHashMap<>();
    Set<Target> skipped = new HashSet<>();
    for (Message message : all) {
      if (message instanceof Seen file) {
        Deque<Seen> last = seen.computeIfAbsent(file.target(), target -> new ArrayDeque<>());
        if (last.size() == LEARNED) {
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
    due.forEach(this::scanNext);
  }

  private void onSeen(
      Target target,
      Deque<Seen> files,
      boolean isGapBefore,
      long now,
      Map<Target, ProcessTracker> due) {
    ProcessTracker process = process(target);
    scans.settle(process, now);
    if (isGapBefore) {
      process.skippedTo(files.remove().path(), now);
    }
    boolean isPredictable = false;
    for (Seen file : files) {
      isPredictable = process.opened(file.path(), now);
    }
    if (isPredictable) {
      due.put(target, process);
    } else if (process.unexpected() >= UNEXPECTED) {
      due.remove(target);
      backOff(target, now);
    }
  }

  private ProcessTracker process(Target target) {
    ProcessTracker tracked = processes.get(target);
    if (tracked != null) {
      return tracked;
    }
    if (processes.size() == PROCESSES) {
      end(processes.keySet().iterator().next());
    }
    ProcessTracker process =
        new ProcessTracker(new ProtectedMount(files, target.mountId(), setup.nanoClock()));
    processes.put(target, process);
    return process;
  }

  private void onDue(Due used, long now, Map<Target, ProcessTracker> due) {
    for (Map.Entry<Target, ProcessTracker> each : processes.entrySet()) {
      if (each.getValue() == used.process()) {
        scans.settle(used.process(), now);
        due.put(each.getKey(), used.process());
        return;
      }
    }
  }

  private void scanNext(Target target, ProcessTracker process) {
    if (process.wastesMost()) {
      backOff(target, setup.nanoClock().getAsLong());
    } else if (!closed) {
      scans.scanNext(process, target.mountId());
    }
  }

  private void backOff(Target target, long now) {
    backoff.add(target.pid(), now);
    end(target);
  }

  private void end(Target target) {
    ProcessTracker ended = processes.remove(target);
    if (ended != null) {
      scans.end(ended);
    }
  }

  private void endQuietProcesses(long now) {
    if (now - checkedAtNanos < QUIET_NANOS) {
      return;
    }
    checkedAtNanos = now;
    backoff.removeExpired(now);
    for (Iterator<ProcessTracker> each = processes.values().iterator(); each.hasNext(); ) {
      ProcessTracker process = each.next();
      scans.settle(process, now);
      if (now - process.lastNanos() > QUIET_NANOS) {
        scans.end(process);
        each.remove();
      }
    }
  }
}
