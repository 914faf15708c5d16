package io.nacre.engine.kernelcache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.config.KernelCacheConfig;
import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.linux.Fd;
import io.nacre.linux.WakeUp;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.MarkInfo;
import io.nacre.linux.fanotify.WriterProbe;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.FileHandle;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;

/**
 * A kernel cache at work on a file system of its own. Nothing else is marked in its group, so no
 * process ever waits, and the test itself may open files.
 */
final class KernelCacheFixture implements AutoCloseable {
  static final Duration TIME_LIMIT = Duration.ofSeconds(10);

  private final PrivateMount mount;
  private final FanotifyGroup group = FanotifyGroup.open(FanotifyGroup.Kind.PERMISSION);
  private final WriterProbe writers = WriterProbe.open();
  private final WakeUp stop = WakeUp.open();
  private final Map<Long, FileVersion> clean = new ConcurrentHashMap<>(); // by inode
  private final ActorTestKit testKit = ActorTestKit.create();
  private final KernelCache cache;
  private final ActorRef<KernelCacheActor.Command> keeper;
  final AtomicInteger changed = new AtomicInteger();
  final AtomicInteger unknown = new AtomicInteger();

  /** The versions that a test has called clean. */
  private final class FakeCleanVersions implements CleanVersions {
    @Override
    public boolean contains(FileVersion version) {
      return version.equals(clean.get(version.inode()));
    }

    @Override
    public void invalidate(FileVersion version) {
      changed.incrementAndGet();
      clean.remove(version.inode());
    }

    @Override
    public void invalidateAll() {
      unknown.incrementAndGet();
    }
  }

  private KernelCacheFixture(PrivateMount mount, KernelCacheConfig config, Path processes)
      throws IOException {
    this.mount = mount;
    this.cache =
        KernelCache.open(
            new KernelCache.Setup(
                group,
                FanotifyMask.FAN_OPEN_PERM | FanotifyMask.FAN_OPEN_EXEC_PERM,
                config,
                writers,
                new FakeCleanVersions(),
                number -> true,
                stop,
                System::nanoTime));
    this.keeper =
        testKit.spawn(
            KernelCacheActor.create(cache, processes),
            DispatcherSelector.fromConfig("nacre.pinned-dispatcher"));
  }

  static KernelCacheFixture of(String type, KernelCacheConfig config) throws IOException {
    KernelCacheFixture mount = of(type, config, Path.of("/proc"));
    await().atMost(TIME_LIMIT).until(() -> !mount.state().equals(KernelCache.STARTING));
    return mount;
  }

  /** One for which the processes, and with them the mount namespaces, are below a directory. */
  static KernelCacheFixture of(String type, KernelCacheConfig config, Path processes)
      throws IOException {
    return new KernelCacheFixture(PrivateMount.mount(type), config, processes);
  }

  String state() {
    return String.valueOf(cache.status().get("state"));
  }

  /** Returns why no file is marked without a lease; "" if some are. */
  String uncertainty() {
    return String.valueOf(cache.status().get("uncertainty"));
  }

  KernelCache cache() {
    return cache;
  }

  Path root() {
    return mount.root();
  }

  /** Makes a file of root's that only root can write. */
  Path file(String name) throws IOException {
    Path file = mount.clean(name);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    return file;
  }

  /** Makes a file that every user can write. */
  Path open(String name) throws IOException {
    Path file = mount.clean(name);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    return file;
  }

  /** Says that clamd found the file clean, and offers it as one that was scanned. */
  void scanned(Path file) throws IOException {
    offer(file, cache::scanned);
  }

  /** Says that the file is clean, and offers it as one that was opened. */
  void opened(Path file) throws IOException {
    offer(file, cache::opened);
  }

  private interface Offer {
    void offer(int fd, FileFacts facts);
  }

  private void offer(Path file, Offer offer) throws IOException {
    try (Fd opened = read(file)) {
      FileFacts facts = FileFacts.of(new Statx().read(opened.number()));
      clean.put(facts.version().inode(), facts.version());
      offer.offer(opened.number(), facts);
    }
  }

  /** Offers the file until it is marked. */
  void mark(Path file) throws IOException {
    scanned(file);
    await().atMost(TIME_LIMIT).until(() -> isMarked(file));
  }

  /** Opens the file until it is leased and marked. */
  void lease(Path file) throws IOException {
    await()
        .atMost(TIME_LIMIT)
        .until(
            () -> {
              opened(file);
              return isMarked(file);
            });
  }

  void clearClean() {
    clean.clear();
  }

  void awaitUnmarked(Path file) {
    await().atMost(TIME_LIMIT).until(() -> !isMarked(file));
  }

  /** Returns whether the kernel keeps opens of the file away, by its own word. */
  boolean isMarked(Path file) throws IOException {
    FileHandle handle = handle(file);
    AtomicBoolean isMarked = new AtomicBoolean();
    MarkInfo.forEach(
        group,
        mark -> {
          if (Arrays.equals(mark.handle(), handle.bytes()) && mark.ignored() != 0) {
            isMarked.set(true);
          }
        });
    return isMarked.get();
  }

  private static FileHandle handle(Path file) throws IOException {
    try (Fd opened = read(file)) {
      return FileHandle.of(opened.number());
    }
  }

  CacheStatus status(Path file) throws IOException {
    try (Fd opened = read(file)) {
      return cache.explain(opened.number()).toCompletableFuture().join();
    }
  }

  /** Returns a number of the status. */
  long count(String key) {
    return cache.status().get(key) instanceof Number number ? number.longValue() : 0;
  }

  /** Returns how many were refused, or removed, for {@code reason}. */
  long count(String what, String reason) {
    return cache.status().get(what) instanceof Map<?, ?> counts
            && counts.get(reason) instanceof Number number
        ? number.longValue()
        : 0;
  }

  static Fd read(Path file) throws IOException {
    try (Directory parent = Directory.open(String.valueOf(file.getParent()).getBytes(UTF_8))) {
      return parent.openFile(String.valueOf(file.getFileName()).getBytes(UTF_8));
    }
  }

  @Override
  public void close() throws IOException {
    stop.signal();
    testKit.<KernelCacheActor.Command>createTestProbe().expectTerminated(keeper, TIME_LIMIT);
    assertThat(cache.mailbox().size()).isZero();
    testKit.shutdownTestKit();
    group.close();
    writers.close();
    stop.close();
    mount.close();
  }
}
