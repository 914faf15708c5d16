package io.nacre.engine.watch.coverage;

import io.nacre.engine.policy.Strategy;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.engine.watch.place.PlacePlan;
import io.nacre.engine.watch.place.StrategyChoice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/** The state of each protected path; written by the watch actors, read by any thread. */
public final class Coverage {

  /** Whether a path is protected. */
  public enum State {
    /** Its marks are being placed. */
    STARTING,
    /** All of it that could be marked is. */
    PROTECTED,
    /** A part of it is not marked; the problems name that part. */
    PARTIAL,
    /** It does not exist; the engine looks for it repeatedly. */
    MISSING
  }

  /**
   * One protected path.
   *
   * @param path as configured, with symbolic links resolved; or a mount point below such a path
   * @param strategy how its marks are placed
   * @param reason the reason for that strategy
   * @param directories how many directories carry a mark, 0 where one mark covers all
   * @param problems the parts that are not protected, with reasons; the first few
   * @param problemCount the number of all problems
   */
  public record Entry(
      String path,
      String strategy,
      String reason,
      State state,
      int directories,
      List<String> problems,
      int problemCount) {

    public Entry {
      problems = List.copyOf(problems);
    }

    /** An entry of a path that is not protected yet. */
    public static Entry starting(PathBytes path, StrategyChoice choice) {
      return new Entry(
          path.toString(),
          choice.strategy().label(),
          choice.reason(),
          State.STARTING,
          0,
          List.of(),
          0);
    }

    /** The entry of a planned place before any mark is placed, or if it needs no mark. */
    public static Entry of(PlacePlan.Planned planned) {
      Entry entry = starting(planned.place().path(), planned.choice());
      return planned.strategy().isPresent()
          ? entry
          : entry.with(planned.gap().isPresent() ? State.MISSING : State.PROTECTED, planned.gap());
    }

    /** The same path in another state, with at most one problem. */
    public Entry with(State now, Optional<String> problem) {
      List<String> all = problem.stream().toList();
      return new Entry(path, strategy, reason, now, directories, all, all.size());
    }

    private Entry without(String gap) {
      return new Entry(
          path,
          strategy,
          reason,
          state == State.PROTECTED ? State.PARTIAL : state,
          directories,
          Stream.concat(problems.stream(), Stream.of(gap)).toList(),
          problemCount + 1);
    }
  }

  /** The right to publish the state of a path, until another actor claims the path. */
  public static final class Claim {
    private volatile Entry entry;
    private volatile Optional<String> gap = Optional.empty();

    private Claim(Entry first) {
      this.entry = first;
    }

    public void update(Entry now) {
      entry = now;
    }

    /**
     * Notes the part that is left out on purpose, whatever the state of the rest; empty for none.
     */
    private void leaveOut(Optional<String> what) {
      gap = what;
    }

    private Entry entry() {
      Entry now = entry;
      return gap.map(now::without).orElse(now);
    }
  }

  /**
   * A place, and how its opens are noticed.
   *
   * @param strategy the strategy of its marks; empty if marks of other places see its opens
   */
  public record Watched(Place place, Optional<Strategy> strategy) {}

  private final Map<PathBytes, Claim> claims = new ConcurrentSkipListMap<>();
  private volatile List<Watched> places = List.of();

  /**
   * Takes {@code path} over, with {@code first} as its state. Updates by an earlier claim have no
   * effect any more.
   */
  public Claim claim(PathBytes path, Entry first) {
    Claim claim = new Claim(first);
    claims.put(path, claim);
    return claim;
  }

  /** Notes that a part of {@code path} is left out on purpose. */
  public void leaveOut(PathBytes path, String what) {
    leaveOut(path, Optional.of(what));
  }

  /** Notes that no part of {@code path} is left out any more. */
  public void clearLeftOut(PathBytes path) {
    leaveOut(path, Optional.empty());
  }

  private void leaveOut(PathBytes path, Optional<String> what) {
    Claim claim = claims.get(path);
    if (claim != null) {
      claim.leaveOut(what);
    }
  }

  /** Removes {@code path}, which is not protected any more, and should not be. */
  public void remove(PathBytes path) {
    claims.remove(path);
  }

  /** Returns every protected path, in order. */
  public List<Entry> entries() {
    return claims.values().stream().map(Claim::entry).toList();
  }

  /** Sets the places that are protected from now on. */
  public void setPlaces(List<Watched> now) {
    places = List.copyOf(now);
  }

  /** Returns the places that are protected now. */
  List<Watched> places() {
    return places;
  }
}
