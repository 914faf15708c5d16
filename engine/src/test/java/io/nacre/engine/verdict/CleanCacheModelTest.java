package io.nacre.engine.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * All interleavings of two scans, a writer that comes twice and an open, step by step as {@link
 * CleanCache} takes them, over a file of one page as the kernel has it. A store to a page that is
 * clean in the writer's mapping changes the time, a later one does not, and on a tmpfs none does.
 */
class CleanCacheModelTest {

  /** How a file system shows a writer. */
  private enum Evidence {
    /** By times: its open is not seen, as with marks on directories and a second name elsewhere. */
    TIMES(true, false),
    /** By an event before its open is allowed, as on a tmpfs. */
    OPENS(false, true),
    /** Both. */
    TIMES_AND_OPENS(true, true);

    final boolean times;
    final boolean opens;

    Evidence(boolean times, boolean opens) {
      this.times = times;
      this.opens = opens;
    }
  }

  /** Where the protocol could be wrong. */
  private enum Flaw {
    NONE,
    VERSION_AFTER_PROBE,
    NO_PROBE,
    NO_COUNT,
    COUNT_AFTER_PROBE,
    CACHED_BEFORE_SCANNED
  }

  private static final int NOTHING = -1;
  private static final int LAST_TIME = 4;

  /** A scan: what it has done so far, and what it has seen. */
  private record Scan(int step, int version, int count, boolean foundClean) {
    static final Scan BEGINNING = new Scan(0, NOTHING, NOTHING, false);
    static final int OVER = 7;

    boolean isUnderWay(Flaw flaw) {
      return step >= (flaw == Flaw.COUNT_AFTER_PROBE ? 3 : 2) && step < OVER;
    }
  }

  /** The writer: how often it may still come, whether it has the file open, its last step. */
  private record Writer(int left, boolean open, int step, boolean dirty, boolean sawInterest) {}

  /** The open of a reader. */
  private record Open(int step, boolean infectedSince) {}

  private record State(
      boolean infected,
      int time,
      int cached,
      int changes,
      Scan first,
      Scan second,
      Writer writer,
      Open open,
      boolean stale) {

    static State start(boolean writerIsThere) {
      return new State(
          false,
          0,
          NOTHING,
          0,
          Scan.BEGINNING,
          Scan.BEGINNING,
          new Writer(writerIsThere ? 1 : 2, writerIsThere, writerIsThere ? 5 : 0, true, false),
          new Open(0, false),
          false);
    }

    State by(Writer next) {
      return new State(infected, time, cached, changes, first, second, next, open, stale);
    }

    State by(Open next, boolean isStale) {
      return new State(infected, time, cached, changes, first, second, writer, next, isStale);
    }

    State by(boolean isFirst, Scan next) {
      return new State(
          infected,
          time,
          cached,
          changes,
          isFirst ? next : first,
          isFirst ? second : next,
          writer,
          open,
          stale);
    }

    State caching(int version) {
      return new State(infected, time, version, changes, first, second, writer, open, stale);
    }

    State changed() {
      return new State(infected, time, cached, changes + 1, first, second, writer, open, stale);
    }

    State holding(boolean isInfected, int newTime) {
      Open seen = new Open(open.step, open.infectedSince && isInfected);
      return new State(isInfected, newTime, cached, changes, first, second, writer, seen, stale);
    }
  }

  private Flaw flaw = Flaw.NONE;
  private Evidence evidence = Evidence.TIMES;

  @ParameterizedTest
  @EnumSource
  void noOpenGetsWhatIsInfected(Evidence evidence) {
    assertThat(mayBeStale(evidence, Flaw.NONE)).isFalse();
  }

  @Test
  void aVersionReadAfterTheProbeMayBeTheWriters() {
    assertThat(mayBeStale(Evidence.TIMES, Flaw.VERSION_AFTER_PROBE)).isTrue();
  }

  @Test
  void withoutTheProbeAMappingFromBeforeIsMissed() {
    assertThat(mayBeStale(Evidence.TIMES, Flaw.NO_PROBE)).isTrue();
    assertThat(mayBeStale(Evidence.OPENS, Flaw.NO_PROBE)).isTrue();
  }

  @Test
  void withoutTheCountAWriterDuringTheScanIsMissedOnATmpfs() {
    assertThat(mayBeStale(Evidence.OPENS, Flaw.NO_COUNT)).isTrue();
    assertThat(mayBeStale(Evidence.OPENS, Flaw.COUNT_AFTER_PROBE)).isTrue();
  }

  @Test
  void anOpenThatChecksForTheScanLastMissesOneThatEndsBetween() {
    assertThat(mayBeStale(Evidence.OPENS, Flaw.CACHED_BEFORE_SCANNED)).isTrue();
  }

  private boolean mayBeStale(Evidence evidence, Flaw flaw) {
    this.evidence = evidence;
    this.flaw = flaw;
    Set<State> seen = new HashSet<>();
    Deque<State> left = new ArrayDeque<>(List.of(State.start(false), State.start(true)));
    while (!left.isEmpty()) {
      State state = left.pop();
      if (state.stale) {
        return true;
      }
      if (seen.add(state)) {
        left.addAll(next(state));
      }
    }
    return false;
  }

  private List<State> next(State state) {
    List<State> all = new ArrayList<>();
    scan(state, /* isFirst= */ true, all);
    scan(state, /* isFirst= */ false, all);
    write(state, all);
    open(state, all);
    if (state.writer.dirty) { // the kernel writes the page back
      Writer writer = state.writer;
      all.add(
          state.by(new Writer(writer.left, writer.open, writer.step, false, writer.sawInterest)));
    }
    return all;
  }

  /** version, count, writers?, clamd, version, entry, over. */
  private void scan(State state, boolean isFirst, List<State> all) {
    Scan scan = isFirst ? state.first : state.second;
    int step = scan.step;
    if (flaw == Flaw.VERSION_AFTER_PROBE && step < 3) {
      step = new int[] {1, 2, 0}[step];
    } else if (flaw == Flaw.COUNT_AFTER_PROBE && (step == 1 || step == 2)) {
      step = 3 - step;
    }
    int after = scan.step + 1;
    switch (step) {
      case 0 -> all.add(state.by(isFirst, new Scan(after, state.time, scan.count, false)));
      case 1 -> all.add(state.by(isFirst, new Scan(after, scan.version, state.changes, false)));
      case 2 -> {
        boolean goesOn = !state.writer.open || flaw == Flaw.NO_PROBE;
        all.add(
            state.by(
                isFirst, new Scan(goesOn ? after : Scan.OVER, scan.version, scan.count, false)));
      }
      case 3 ->
          all.add(state.by(isFirst, new Scan(after, scan.version, scan.count, !state.infected)));
      case 4 -> {
        boolean isSame = scan.foundClean && state.time == scan.version;
        all.add(state.by(isFirst, new Scan(after, scan.version, scan.count, isSame)));
      }
      case 5 -> {
        boolean isCounted = flaw == Flaw.NO_COUNT || scan.count == state.changes;
        State added = scan.foundClean && isCounted ? state.caching(scan.version) : state;
        all.add(added.by(isFirst, new Scan(after, scan.version, scan.count, false)));
      }
      case 6 -> all.add(state.by(isFirst, new Scan(Scan.OVER, NOTHING, NOTHING, false)));
      default -> {} // over
    }
  }

  /** Comes; is probed as the opener (1 to 4); then stores any contents, and goes. */
  private void write(State state, List<State> all) {
    Writer writer = state.writer;
    boolean isScanned = state.first.isUnderWay(flaw) || state.second.isUnderWay(flaw);
    boolean isCached = state.cached != NOTHING;
    boolean scannedFirst = flaw != Flaw.CACHED_BEFORE_SCANNED;
    switch (writer.step) {
      case 0 -> {
        if (writer.left > 0) {
          int then = evidence.opens ? 1 : 5;
          all.add(state.by(new Writer(writer.left - 1, true, then, false, false)));
        }
      }
      case 1 -> all.add(state.by(asked(writer, scannedFirst ? isScanned : isCached)));
      case 2 -> all.add(state.by(asked(writer, scannedFirst ? isCached : isScanned)));
      case 3 -> all.add((writer.sawInterest ? state.changed() : state).by(asked(writer, false)));
      case 4 ->
          all.add((writer.sawInterest ? state.caching(NOTHING) : state).by(asked(writer, false)));
      default -> {
        all.add(state.by(new Writer(writer.left, false, 0, false, false)));
        int time = evidence.times && !writer.dirty ? state.time + 1 : state.time;
        if (time <= LAST_TIME) {
          Writer stored = new Writer(writer.left, true, 5, true, false);
          all.add(state.holding(true, time).by(stored));
          all.add(state.holding(false, time).by(stored));
        }
      }
    }
  }

  private static Writer asked(Writer writer, boolean saw) {
    return new Writer(writer.left, true, writer.step + 1, writer.dirty, writer.sawInterest || saw);
  }

  /** Cached? Writers? The same version? Then it is allowed. */
  private static void open(State state, List<State> all) {
    Open open = state.open;
    switch (open.step) {
      case 0 -> all.add(state.by(new Open(1, state.infected), false));
      case 1 -> {
        if (state.cached != NOTHING && !state.writer.open) {
          all.add(state.by(new Open(2, open.infectedSince), false));
        }
      }
      case 2 ->
          all.add(state.by(new Open(3, false), open.infectedSince && state.cached == state.time));
      default -> {} // answered
    }
  }
}
