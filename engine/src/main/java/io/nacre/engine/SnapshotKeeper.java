package io.nacre.engine;

import io.nacre.engine.clamd.ClamdEndpoint;
import io.nacre.engine.clamd.Clamds;
import io.nacre.engine.verdict.CleanFiles;
import io.nacre.engine.verdict.CleanSnapshot;
import io.nacre.engine.verdict.KnownFile;
import io.nacre.linux.file.MountTypes;
import io.nacre.linux.file.MountedType;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the clean files on disk while no engine runs, on a thread of its own.
 *
 * <p>Only those whose times tell of every change meanwhile, which are those of ext2/3/4, on file
 * systems that were mounted all the time; within one boot, and with the same process of clamd,
 * which cannot take other options, and the same signatures. Everything else is forgotten, with a
 * line.
 */
final class SnapshotKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotKeeper.class);
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration PERIOD = Duration.ofMinutes(10);
  private static final Duration LAST_WRITE = Duration.ofSeconds(1);

  private final Path path;
  private final CleanFiles files;
  private final MountTypes mountTypes;
  private final Clamds clamds;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;

  private SnapshotKeeper(Path path, VerdictCaches memory, Clamds clamds) {
    this.path = path;
    this.files = memory.files();
    this.mountTypes = memory.mountTypes();
    this.clamds = clamds;
    this.thread = new Thread(this::run, "clean-snapshot");
    this.thread.setDaemon(true);
  }

  /** Reads {@code path} as soon as it is known which signatures clamd uses, and writes it again. */
  static SnapshotKeeper start(Path path, VerdictCaches memory, Clamds clamds) {
    SnapshotKeeper keeper = new SnapshotKeeper(path, memory, clamds);
    keeper.thread.start();
    return keeper;
  }

  /** Writes it a last time, if that does not take long. */
  @Override
  public void close() {
    stop.countDown();
    try {
      thread.join(LAST_WRITE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (signatures().isEmpty()) {
        if (stop.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
      read();
      while (!stop.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
        write();
      }
      write();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void read() {
    try {
      CleanSnapshot snapshot = CleanSnapshot.read(path, ProcFs.effectiveUserOfSelf());
      if (!snapshot.boot().equals(boot())) {
        LOG.info("{} is not used: it is from before the machine was started", path);
      } else if (!signatures().equals(Optional.of(snapshot.signatures()))) {
        LOG.info("{} is not used: clamd is another process, or has other signatures", path);
      } else {
        restore(snapshot);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("{} will be made", path);
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} is not used: {}", path, e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private void restore(CleanSnapshot snapshot) {
    Set<Long> there = there(snapshot); // which may have everything forgotten
    Consumer<KnownFile> restoring = files.restoring(); // nothing that is forgotten from now on
    if (!there.equals(there(snapshot))
        || !signatures().equals(Optional.of(snapshot.signatures()))) {
      LOG.info("{} is not used: signatures or mounts changed right now", path);
      return;
    }
    List<KnownFile> known =
        snapshot.files().stream().filter(file -> there.contains(file.device())).toList();
    known.stream().limit(files.capacity()).forEach(restoring);
    LOG.info("{} files are known to be clean from {}", known.size(), path);
  }

  /** Returns the devices on which the same file systems are as then. */
  private Set<Long> there(CleanSnapshot snapshot) {
    Set<Long> there = new HashSet<>();
    snapshot
        .mounts()
        .forEach(
            (device, mounts) -> {
              if (mounts.stream()
                  .anyMatch(id -> mountTypes.isThere(id, MountedType.EXT4, device))) {
                there.add(device);
              }
            });
    return there;
  }

  private void write() {
    Optional<String> signatures = signatures();
    Map<Long, List<Long>> mounts = mountTypes.ofType(MountedType.EXT4);
    List<KnownFile> known =
        files.list().stream().filter(file -> mounts.containsKey(file.device())).toList();
    if (signatures.isEmpty() || !signatures.equals(signatures())) {
      return; // they may be others now than those by which files are known
    }
    try {
      new CleanSnapshot(boot(), signatures.get(), mounts, known)
          .write(path, ProcFs.effectiveUserOfSelf());
    } catch (IOException e) {
      LOG.warn(
          "{} cannot be written: {}", path, e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  /** Returns what the signatures of the one clamd are, if that is known. */
  private Optional<String> signatures() {
    List<ClamdEndpoint> all = clamds.endpoints();
    return all.size() == 1 ? all.get(0).signatures().identity() : Optional.empty();
  }

  private static String boot() throws IOException {
    return Files.readString(BOOT).strip();
  }
}
