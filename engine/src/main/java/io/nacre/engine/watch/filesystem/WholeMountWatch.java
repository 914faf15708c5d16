package io.nacre.engine.watch.filesystem;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.verdict.WholeFilesystems;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.engine.watch.newfiles.NewFiles;
import io.nacre.engine.watch.place.MountTable;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.engine.watch.place.StrategyChoice;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.file.Directory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The watch of the places that are marked as a whole: it silences events outside of them, and finds
 * what is moved into them. Belongs to one actor.
 */
public final class WholeMountWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WholeMountWatch.class);
  private static final int NAMES_A_STEP = 256;

  private final WholeMountMarks marks;
  private final WholeFilesystems seen;
  private final OutsideMarks outsideMarks;
  private final OutsidePaths outside;
  private final NewFiles newFiles;
  private PathRules rules;
  private final DescriptorPath path = new DescriptorPath();
  private final Map<String, Moves> moves = new HashMap<>();
  private final List<Place> places = new ArrayList<>();

  /** Whether every move is reported, and no other part of the engine has inode marks. */
  private boolean mayLearn;

  public WholeMountWatch(
      Marks marks,
      PathRules rules,
      OutsidePaths outside,
      WholeFilesystems seen,
      NewFiles newFiles,
      LongSupplier nanoClock) {
    this.marks = new WholeMountMarks(marks, seen);
    this.seen = seen;
    this.outsideMarks = new OutsideMarks(marks, rules, this::movesOnMount, nanoClock);
    this.outside = outside;
    this.newFiles = newFiles;
    this.rules = rules;
  }

  /**
   * Marks the file system or mount of {@code place}, and reports the result in {@code claim}.
   *
   * @return false if it could not be marked
   */
  public boolean add(Place place, StrategyChoice choice, Coverage.Claim claim) {
    if (!marks.add(place, choice, claim)) {
      return false;
    }
    places.add(place);
    if (!observesMoves(place)) {
      try (Directory directory = place.open()) {
        moves.put(place.mount().device(), Moves.on(directory));
      } catch (ErrnoException e) {
        LOG.info(
            "{}: files moved there are scanned when they are opened, and not before ({} does not"
                + " tell of moves)",
            place.path(),
            place.mount().type());
      }
    }
    return true;
  }

  /** Removes the mark for {@code place}, unless another place needs it as well. */
  public void remove(Place place, MountTable mounts) {
    marks.remove(place, mounts);
    places.remove(place);
    String device = place.mount().device();
    if (places.stream().noneMatch(other -> other.mount().device().equals(device))) {
      Optional.ofNullable(moves.remove(device)).ifPresent(Moves::close);
    }
  }

  /**
   * Decides by {@code other} from now on. Events of before may still bring paths: they are compared
   * with these rules as well, so that no ignore mark follows old ones.
   */
  public void setRules(PathRules other) throws ErrnoException {
    rules = other;
    outsideMarks.setRules(other);
    newFiles.setRules(other);
    forget();
  }

  /**
   * Removes every ignore mark, before directories are marked one by one and whenever mounts change.
   *
   * @param allowed whether directories may be silenced from now on
   */
  public void setIgnoreMarks(boolean allowed) throws ErrnoException {
    forget();
    mayLearn = allowed;
    outside.setWanted(mayLearn && outsideMarks.areSupported());
  }

  /** Returns whether moves on the file system of {@code place} are reported. */
  public boolean observesMoves(Place place) {
    return moves.containsKey(place.mount().device());
  }

  /** Returns the descriptors to wait for: those of paths outside, and of moves. */
  public List<Fd> fds() {
    List<Fd> fds = new ArrayList<>(List.of(outside.fd()));
    moves.values().forEach(observer -> fds.add(observer.fd()));
    return fds;
  }

  /** Does a bounded step; returns true if there is more to do at once. */
  public boolean step() throws ErrnoException {
    for (Map.Entry<String, Moves> observer : moves.entrySet()) {
      if (observer.getValue().read()) {
        report(observer.getKey(), observer.getValue());
      }
    }
    outside.clearSignal();
    for (var next = outside.poll(); next.isPresent(); next = outside.poll()) {
      if (mayLearn) {
        outsideMarks.learn(next.get());
      }
    }
    return newFiles.step(NAMES_A_STEP) && !newFiles.isDone();
  }

  private void report(String device, Moves observer) throws ErrnoException {
    Optional<Directory> directory = openOn(device);
    if (directory.isEmpty()) {
      forget(); // the owner of the places will notice, too
      return;
    }
    try (Directory open = directory.get()) {
      observer.tell(open, new Arrivals(marks.isBlind(device)));
    }
  }

  private Optional<Directory> openOn(String device) {
    for (Place place : places) {
      if (place.mount().device().equals(device)) {
        try {
          return Optional.of(place.open());
        } catch (ErrnoException e) {
          LOG.debug("{} is gone: {}", place.path(), e.getMessage());
        }
      }
    }
    return Optional.empty();
  }

  private void forget() throws ErrnoException {
    outsideMarks.forget();
    for (Moves observer : moves.values()) {
      observer.tellNoFiles();
    }
  }

  private Optional<Moves> movesOnMount(long mountId) {
    return places.stream()
        .filter(place -> place.mountId() == mountId)
        .findAny()
        .map(place -> moves.get(place.mount().device()));
  }

  /** Returns true if new files wait for room to be scanned. */
  public boolean isWaiting() {
    return !newFiles.isDone();
  }

  @Override
  public void close() {
    moves.values().forEach(Moves::close);
    newFiles.close();
  }

  private final class Arrivals implements Moves.Listener {
    /**
     * Whether an opener may change a file without a change of its times, where events are silenced.
     */
    private final boolean isBlind;

    Arrivals(boolean isBlind) {
      this.isBlind = isBlind;
    }

    @Override
    public void directoryMoved() throws ErrnoException {
      forget();
    }

    @Override
    public void lost() throws ErrnoException {
      forget();
      if (isBlind) {
        seen.invalidate();
      }
    }

    @Override
    public void filesChanged(Directory directory) {
      outsideMarks.clearIgnoreMark(directory);
    }

    @Override
    public void arrived(Directory parent, byte[] name, boolean isDirectory) {
      outsideMarks.clearIgnoreMark(parent);
      if (isBlind && isDirectory && mayBeIgnored(parent, name)) {
        seen.invalidate(); // it may have come from inside, with files that are cached
      }
      if (newFiles.areIgnored() || !isInside(parent, name, isDirectory)) {
        return;
      }
      if (!isDirectory) {
        newFiles.addFile(parent, name);
        return;
      }
      try (Directory directory = parent.openChildOnSameMount(name)) {
        newFiles.addTree(directory);
      } catch (ErrnoException e) {
        // It was moved again.
      }
    }

    private boolean mayBeIgnored(Directory parent, byte[] name) {
      try {
        return !isInside(parent, name, /* isDirectory= */ true)
            && parent.probe(name).isWritableByRootOnly();
      } catch (ErrnoException e) {
        return true;
      }
    }

    private boolean isInside(Directory parent, byte[] name, boolean isDirectory) {
      try {
        PathBytes child = PathBytes.of(path.read(parent.fd().number()).bytes()).child(name);
        int length = child.bytes().length;
        return PathRules.Scope.INSIDE
            == (isDirectory
                ? rules.scopeOfDirectory(child.bytes(), length)
                : rules.scopeOfFile(child.bytes(), length));
      } catch (ErrnoException e) {
        return false;
      }
    }
  }
}
