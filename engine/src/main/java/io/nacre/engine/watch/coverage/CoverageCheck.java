package io.nacre.engine.watch.coverage;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Strategy;
import io.nacre.engine.watch.mark.Marks;
import io.nacre.engine.watch.place.MountTable;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.engine.watch.place.PlaceFinder;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.MarkInfo;
import io.nacre.linux.fanotify.MarkType;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An independent check of the coverage: the directories on disk that should carry a mark, against
 * the marks that the kernel lists.
 *
 * <p>It shares nothing with the watchers but the list of places. Directories come and go meanwhile.
 * So a gap is a directory that has no mark in any of the looks, over more than two seconds. A check
 * serves one run, on a thread that may block.
 */
public final class CoverageCheck {
  private static final int SHOWN = 20;

  /**
   * The most possible gaps stored for each place. Further ones are only counted; they are reported
   * if some of the stored ones are real.
   */
  private static final int CANDIDATES = 1_000;

  private static final List<Duration> PAUSES =
      List.of(
          Duration.ofMillis(100),
          Duration.ofMillis(300),
          Duration.ofMillis(500),
          Duration.ofMillis(700),
          Duration.ofMillis(900));

  /** The check pauses after so many directories, since the events of openers are more urgent. */
  private static final int STRETCH = 256;

  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /**
   * The scope of a check.
   *
   * @param crossMounts whether mounts below the include paths are protected as well
   */
  public record Scope(
      Marks marks,
      PathRules rules,
      boolean crossMounts,
      Coverage coverage,
      LongSupplier nanoClock) {}

  /** The counts of one place. */
  private static final class Tally {
    private int directories;
    private int candidates;
    private int gaps;
  }

  private final Scope scope;
  private final long startNanos;
  private final long longestNanos;
  private final List<Duration> pauses;
  private final Map<Place, Tally> tallies = new LinkedHashMap<>();
  private List<CoverageGap> candidates = new ArrayList<>();
  private final OrphanMarks orphans;
  private Set<String> notFollowed = new HashSet<>();
  private Set<String> ignored = new HashSet<>();
  private int stretch;
  private boolean isOver;

  private CoverageCheck(Scope scope, Duration longest, List<Duration> pauses) {
    this.scope = scope;
    this.pauses = pauses;
    this.startNanos = scope.nanoClock().getAsLong();
    this.longestNanos = longest.toNanos();
    this.orphans = new OrphanMarks(scope.rules());
  }

  /** Checks {@code scope}; the walk ends after {@code longest} at most. */
  public static CoverageReport run(Scope scope, Duration longest) throws IOException {
    return run(scope, longest, PAUSES);
  }

  /**
   * Checks {@code scope} with {@code pauses} between the looks; the walk ends after {@code longest}
   * at most.
   */
  static CoverageReport run(Scope scope, Duration longest, List<Duration> pauses)
      throws IOException {
    return new CoverageCheck(scope, longest, pauses).run();
  }

  private CoverageReport run() throws IOException {
    look();
    for (Duration pause : pauses) {
      if (candidates.isEmpty() && orphans.isEmpty() && notFollowed.isEmpty() && ignored.isEmpty()) {
        break;
      }
      LockSupport.parkNanos(pause.toNanos());
      lookAgain();
    }
    return report();
  }

  private void look() throws IOException {
    MarksInKernel marks = MarksInKernel.read(scope.marks());
    DiskWalk walk = new DiskWalk(scope.rules(), this::goesOn);
    for (Coverage.Watched watched : scope.coverage().places()) {
      Place place = watched.place();
      tallies.put(place, new Tally());
      watched.strategy().ifPresent(strategy -> look(place, strategy, marks, walk));
    }
    if (!isOver) {
      marks.directories().forEachNotMet(orphans::add);
    }
    notFollowed = notFollowed();
    ignored = ignored();
  }

  private void look(Place place, Strategy strategy, MarksInKernel marks, DiskWalk walk) {
    switch (strategy) {
      case DDD -> walk.walk(place, new Look(place, marks));
      case FILESYSTEM -> addIfItPersists(new CoverageGap.WithoutFilesystemMark(place), marks);
      case MOUNT -> addIfItPersists(new CoverageGap.WithoutMountMark(place), marks);
      case AUTO -> throw new IllegalStateException("a place has a strategy of its own");
    }
  }

  /** A first look at the directories of a place. */
  private final class Look implements DiskWalk.Visitor {
    private final Place place;
    private final MarksInKernel marks;
    private final long device;

    Look(Place place, MarksInKernel marks) {
      this.place = place;
      this.marks = marks;
      this.device = place.mount().kernelDevice();
    }

    @Override
    public void directory(PathBytes path, Statx statx) {
      tally(place).directories++;
      if (!marks.directories().meet(device, statx.inode())) {
        addCandidate(CoverageGap.Unmarked.of(place, path, statx));
      }
    }

    @Override
    public void unreadable(PathBytes path, ErrnoException e) {
      addCandidate(new CoverageGap.Unreadable(place, path, String.valueOf(e.getMessage())));
    }
  }

  private void addIfItPersists(CoverageGap candidate, MarksInKernel marks) {
    if (candidate.persists(marks)) {
      addCandidate(candidate);
    }
  }

  private void addCandidate(CoverageGap candidate) {
    if (tally(candidate.place()).candidates++ < CANDIDATES) {
      candidates.add(candidate);
    }
  }

  private void lookAgain() throws IOException {
    List<Coverage.Watched> now = scope.coverage().places();
    Set<Place> places = now.stream().map(Coverage.Watched::place).collect(Collectors.toSet());
    MarksInKernel marks = MarksInKernel.read(scope.marks());
    candidates =
        candidates.stream()
            .filter(candidate -> places.contains(candidate.place()) && candidate.persists(marks))
            .toList();
    if (!orphans.isEmpty()) {
      orphans.lookAgain(scope.marks(), now);
    }
    notFollowed.retainAll(notFollowed());
    ignored.retainAll(ignored());
  }

  /** Returns directories that should be protected, and are not among the places. */
  private Set<String> notFollowed() throws IOException {
    Set<Place> known =
        scope.coverage().places().stream().map(Coverage.Watched::place).collect(Collectors.toSet());
    return new PlaceFinder(scope.rules(), scope.crossMounts())
        .find(MountTable.read()).places().stream()
            .filter(place -> !known.contains(place))
            .map(place -> place.path() + ": is there, and not followed")
            .collect(Collectors.toCollection(HashSet::new));
  }

  /**
   * Returns protected directories that carry an ignore mark and should not: it overrides other
   * marks.
   */
  private Set<String> ignored() throws IOException {
    MarkLocation location = new MarkLocation(scope.rules());
    List<Coverage.Watched> places = scope.coverage().places();
    Set<String> found = new HashSet<>();
    MarkInfo.forEach(
        scope.marks().group(),
        mark -> {
          if (mark.type() == MarkType.INODE
              && (mark.ignored() & scope.marks().events()) != 0
              && found.size() < CANDIDATES
              && location.find(mark, places) == MarkLocation.Where.INSIDE) {
            found.add(location.path() + ": an ignore mark keeps its opens away");
          }
        });
    return found;
  }

  private boolean goesOn() {
    if (++stretch == STRETCH) {
      stretch = 0;
      LockSupport.parkNanos(REST_NANOS);
      isOver |= scope.nanoClock().getAsLong() - startNanos > longestNanos;
    }
    return !isOver;
  }

  private Tally tally(Place place) {
    return tallies.computeIfAbsent(place, unused -> new Tally());
  }

  private CoverageReport report() {
    candidates.forEach(candidate -> tally(candidate.place()).gaps++);
    List<CoverageReport.Checked> checked = new ArrayList<>();
    tallies.forEach((place, tally) -> checked.add(checked(place, tally)));
    List<String> outside = orphans.where();
    return new CoverageReport(
        !isOver,
        checked,
        Stream.concat(notFollowed.stream(), ignored.stream()).sorted().toList(),
        outside.stream().limit(SHOWN).toList(),
        outside.size(),
        Duration.ofNanos(scope.nanoClock().getAsLong() - startNanos));
  }

  private CoverageReport.Checked checked(Place place, Tally tally) {
    int onlyCounted = tally.gaps == 0 ? 0 : Math.max(0, tally.candidates - CANDIDATES);
    return new CoverageReport.Checked(
        place.path().toString(),
        tally.directories,
        candidates.stream()
            .filter(candidate -> candidate.place().equals(place))
            .limit(SHOWN)
            .map(CoverageGap::text)
            .toList(),
        tally.gaps + onlyCounted);
  }
}
