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
 * A second opinion on the coverage: what should carry a mark by what is on disk, against what does
 * by what the kernel says.
 *
 * <p>Knows nothing of what the watchers know, but which places there are. Directories come and go
 * meanwhile: only what lacks its mark at one look after the other, for more than two seconds, does.
 * For one run, on a thread that may wait.
 */
public final class CoverageCheck {
  private static final int SHOWN = 20;

  /** Of each place; more are only counted, and count if some of these are real. */
  private static final int DOUBTS = 1_000;

  private static final List<Duration> PAUSES =
      List.of(
          Duration.ofMillis(100),
          Duration.ofMillis(300),
          Duration.ofMillis(500),
          Duration.ofMillis(700),
          Duration.ofMillis(900));

  /** The events of others are more urgent: after so many directories it rests. */
  private static final int STRETCH = 256;

  private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /**
   * What is checked.
   *
   * @param crossMounts whether what is mounted below the include paths is protected as well
   */
  public record Scope(
      Marks marks,
      PathRules rules,
      boolean crossMounts,
      Coverage coverage,
      LongSupplier nanoClock) {}

  /** What is known of one place. */
  private static final class Tally {
    private int directories;
    private int doubts;
    private int lacks;
  }

  private final Scope scope;
  private final long startNanos;
  private final long longestNanos;
  private final List<Duration> pauses;
  private final Map<Place, Tally> tallies = new LinkedHashMap<>();
  private List<CoverageGap> doubts = new ArrayList<>();
  private final OrphanMarks strays;
  private Set<String> unplaced = new HashSet<>();
  private Set<String> silenced = new HashSet<>();
  private int stretch;
  private boolean isOver;

  private CoverageCheck(Scope scope, Duration longest, List<Duration> pauses) {
    this.scope = scope;
    this.pauses = pauses;
    this.startNanos = scope.nanoClock().getAsLong();
    this.longestNanos = longest.toNanos();
    this.strays = new OrphanMarks(scope.rules());
  }

  /** Checks what is protected by {@code scope}; the walk ends after {@code longest} at most. */
  public static CoverageReport run(Scope scope, Duration longest) throws IOException {
    return run(scope, longest, PAUSES);
  }

  /** The same, with {@code pauses} between the looks. */
  static CoverageReport run(Scope scope, Duration longest, List<Duration> pauses)
      throws IOException {
    return new CoverageCheck(scope, longest, pauses).run();
  }

  private CoverageReport run() throws IOException {
    look();
    for (Duration pause : pauses) {
      if (doubts.isEmpty() && strays.isEmpty() && unplaced.isEmpty() && silenced.isEmpty()) {
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
      marks.directories().forEachNotMet(strays::add);
    }
    unplaced = unplaced();
    silenced = silenced();
  }

  private void look(Place place, Strategy strategy, MarksInKernel marks, DiskWalk walk) {
    switch (strategy) {
      case DDD -> walk.walk(place, new Look(place, marks));
      case FILESYSTEM -> doubtIfItPersists(new CoverageGap.WithoutFilesystemMark(place), marks);
      case MOUNT -> doubtIfItPersists(new CoverageGap.WithoutMountMark(place), marks);
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
        doubt(CoverageGap.Unmarked.of(place, path, statx));
      }
    }

    @Override
    public void unreadable(PathBytes path, ErrnoException e) {
      doubt(new CoverageGap.Unreadable(place, path, String.valueOf(e.getMessage())));
    }
  }

  private void doubtIfItPersists(CoverageGap doubt, MarksInKernel marks) {
    if (doubt.persists(marks)) {
      doubt(doubt);
    }
  }

  private void doubt(CoverageGap doubt) {
    if (tally(doubt.place()).doubts++ < DOUBTS) {
      doubts.add(doubt);
    }
  }

  private void lookAgain() throws IOException {
    List<Coverage.Watched> now = scope.coverage().places();
    Set<Place> places = now.stream().map(Coverage.Watched::place).collect(Collectors.toSet());
    MarksInKernel marks = MarksInKernel.read(scope.marks());
    doubts =
        doubts.stream()
            .filter(doubt -> places.contains(doubt.place()) && doubt.persists(marks))
            .toList();
    if (!strays.isEmpty()) {
      strays.lookAgain(scope.marks(), now);
    }
    unplaced.retainAll(unplaced());
    silenced.retainAll(silenced());
  }

  /** What is there to be protected, and is not among the places. */
  private Set<String> unplaced() throws IOException {
    Set<Place> known =
        scope.coverage().places().stream().map(Coverage.Watched::place).collect(Collectors.toSet());
    return new PlaceFinder(scope.rules(), scope.crossMounts())
        .find(MountTable.read()).places().stream()
            .filter(place -> !known.contains(place))
            .map(place -> place.path() + ": is there, and nobody follows it")
            .collect(Collectors.toCollection(HashSet::new));
  }

  /** Directories inside that carry an ignore mark, and should not: no other mark counts there. */
  private Set<String> silenced() throws IOException {
    MarkLocation location = new MarkLocation(scope.rules());
    List<Coverage.Watched> places = scope.coverage().places();
    Set<String> found = new HashSet<>();
    MarkInfo.forEach(
        scope.marks().group(),
        mark -> {
          if (mark.type() == MarkType.INODE
              && (mark.ignored() & scope.marks().events()) != 0
              && found.size() < DOUBTS
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
    doubts.forEach(doubt -> tally(doubt.place()).lacks++);
    List<CoverageReport.Checked> checked = new ArrayList<>();
    tallies.forEach((place, tally) -> checked.add(checked(place, tally)));
    List<String> outside = strays.where();
    return new CoverageReport(
        !isOver,
        checked,
        Stream.concat(unplaced.stream(), silenced.stream()).sorted().toList(),
        outside.stream().limit(SHOWN).toList(),
        outside.size(),
        Duration.ofNanos(scope.nanoClock().getAsLong() - startNanos));
  }

  private CoverageReport.Checked checked(Place place, Tally tally) {
    int onlyCounted = tally.lacks == 0 ? 0 : Math.max(0, tally.doubts - DOUBTS);
    return new CoverageReport.Checked(
        place.path().toString(),
        tally.directories,
        doubts.stream()
            .filter(doubt -> doubt.place().equals(place))
            .limit(SHOWN)
            .map(CoverageGap::text)
            .toList(),
        tally.lacks + onlyCounted);
  }
}
