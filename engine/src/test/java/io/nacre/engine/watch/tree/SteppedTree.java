package io.nacre.engine.watch.tree;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Strategy;
import io.nacre.engine.request.NewFileSink;
import io.nacre.engine.walk.OpenDirectoryLimit;
import io.nacre.engine.watch.MarkedDirectoryFixture;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.coverage.Coverage.Entry;
import io.nacre.engine.watch.mark.MarkOwner;
import io.nacre.engine.watch.mark.MarkRegistry;
import io.nacre.engine.watch.newfiles.NewFiles;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.engine.watch.place.Places;
import io.nacre.engine.watch.place.StrategyChoice;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.inotify.Inotify;
import io.nacre.linux.inotify.InotifyEvents;
import io.nacre.linux.inotify.InotifyMask;
import io.nacre.linux.inotify.WatchInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A tree on a stage that goes on when the test says so, by a clock of the test's own. */
final class SteppedTree implements AutoCloseable {
  private static final int STEPS = 200;
  private static final int SLICE = 256;

  private final MarkedDirectoryFixture stage;
  private final Coverage coverage = new Coverage();
  private final AtomicLong nanos = new AtomicLong();
  private final List<String> newFiles = new ArrayList<>();
  private final NewFiles finder;
  private final MarkOwner owner;
  private final DirectoryTree tree;
  private final NativeBuffer buffer = new NativeBuffer(64 * 1024);
  private final InotifyEvents events = new InotifyEvents();

  private final class Sink implements NewFileSink {
    @Override
    public boolean offer(Fd file) {
      newFiles.add(relative(file));
      file.close();
      return true;
    }

    @Override
    public void dropped(int files) {
      throw new AssertionError("there is always room");
    }
  }

  /** A tree without directories. */
  SteppedTree(MarkedDirectoryFixture stage, PathRules rules) throws IOException {
    this(stage, rules, new MarkRegistry(stage.marks()));
  }

  /** One of several trees that share {@code registry}. */
  SteppedTree(MarkedDirectoryFixture stage, PathRules rules, MarkRegistry registry)
      throws IOException {
    this.stage = stage;
    OpenDirectoryLimit limit = new OpenDirectoryLimit();
    this.finder = new NewFiles(new Sink(), rules, limit, nanos::get);
    this.owner = registry.join(Inotify.open());
    this.tree = new DirectoryTree(owner, rules, finder, limit, nanos::get);
  }

  /** Protects a directory of the stage. */
  void add(String name) throws IOException {
    Place place = Places.at(stage.path(name));
    StrategyChoice choice = new StrategyChoice(Strategy.DDD, "because");
    Coverage.Claim claim = coverage.claim(place.path(), Entry.starting(place.path(), choice));
    owner.addDevice(place.mount().device());
    owner.setSettled(false);
    tree.add(new TreeRoot(place, "because", claim));
  }

  /** Protects a directory of the stage no more. */
  void remove(String name) {
    tree.remove(PathBytes.of(stage.path(name).toString()));
  }

  /** Reads the kernel's events, and looks where they say. */
  boolean readEvents() throws ErrnoException {
    owner.setSettled(false);
    int length = tree.inotify().read(buffer);
    events.over(buffer.bytes(), length);
    while (events.next()) {
      if (events.has(InotifyMask.IN_IGNORED)) {
        tree.watchEnded(events.wd());
      } else if (events.has(InotifyMask.IN_ISDIR)) {
        tree.lookAt(events.wd(), events.name());
      } else if (events.has(InotifyMask.IN_MOVED_TO)) {
        tree.fileMovedIn(events.wd(), events.name());
      }
    }
    return length > 0;
  }

  /** Forgets the kernel's events, as it does itself when its queue is full. */
  void loseEvents() throws ErrnoException {
    while (tree.inotify().read(buffer) > 0) {
      // the next ones
    }
  }

  /** Takes one step, as a watch does. */
  void step() throws ErrnoException {
    boolean hadEvents = readEvents();
    tree.walk(SLICE);
    tree.settle(/* isQuiet= */ !hadEvents);
    tree.closeOpened();
    owner.setSettled(!hadEvents && tree.isUpToDate());
    finder.step(SLICE);
  }

  /** Goes on until there is nothing to do but to wait; no time passes. */
  void goOn() throws ErrnoException {
    for (int i = 0; i < STEPS; i++) {
      step();
    }
    if (tree.isWalking()) {
      throw new AssertionError("still walking");
    }
  }

  /** Has a directory been away for so long that it will not come back. */
  void graceEnds() {
    nanos.addAndGet(DetachedDirectories.GRACE_NANOS);
  }

  /** Goes on until everything is done, and lets time pass for that. */
  void settle() throws ErrnoException {
    goOn();
    graceEnds();
    goOn();
    if (!tree.isSettled() || tree.hasDepartures()) {
      throw new AssertionError("not settled");
    }
  }

  DirectoryTree tree() {
    return tree;
  }

  /** Returns how a directory of the stage is protected. */
  Entry coverage(String name) {
    tree.roots().publish(tree.table());
    String path = stage.path(name).toString();
    return coverage.entries().stream()
        .filter(entry -> entry.path().equals(path))
        .findAny()
        .orElseThrow();
  }

  /** Returns how many watches there are. */
  int watches() throws IOException {
    return WatchInfo.of(tree.inotify()).size();
  }

  /** Returns the files that were found, by their paths from the root of the stage. */
  List<String> newFiles() {
    return newFiles;
  }

  private String relative(Fd file) {
    try {
      byte[] path = new DescriptorPath().read(file.number()).bytes();
      Path absolute = Path.of(new String(path, StandardCharsets.UTF_8));
      return stage.root().relativize(absolute).toString();
    } catch (ErrnoException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    finder.close();
    tree.close();
  }
}
