package io.nacre.engine.scan;

import static io.nacre.engine.scan.Requests.BIG;
import static io.nacre.engine.scan.Requests.SMALL;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LanesTest {
  private static final int SCANNERS = 4;

  private final Requests requests = new Requests();
  private final Lanes lanes = new Lanes(() -> SCANNERS);

  @Test
  void takeExecsBeforeOpensAndSmallFilesBeforeBigOnes() {
    PendingScan bigOpen = add(requests.open(1, BIG));
    PendingScan open = add(requests.open(1, SMALL));
    PendingScan exec = add(requests.exec(1, SMALL));

    assertThat(take(3)).containsExactly(exec, open, bigOpen);
  }

  @Test
  void takeDeferredOnesBehindBlockedOpenersAndTheBackgroundLast() {
    PendingScan background = add(requests.written(SMALL));
    PendingScan deferred = requests.open(1, SMALL);
    deferred.job().complete(new Verdict.Unscanned(FallbackReason.DEADLINE, ""), 1);
    add(deferred);
    PendingScan open = add(requests.open(1, SMALL));

    assertThat(take(3)).containsExactly(open, deferred, background);
  }

  @Test
  void letUsersTakeTurns() {
    PendingScan first = add(requests.open(1, SMALL));
    PendingScan second = add(requests.open(1, SMALL));
    PendingScan third = add(requests.open(1, SMALL));
    PendingScan other = add(requests.open(2, SMALL));

    assertThat(take(4)).containsExactly(first, other, second, third);
  }

  @Test
  void letOneOfAUserWithFewComeAfterAtMostOneOfEachOther() {
    for (int i = 0; i < 10_000; i++) {
      add(requests.open(1 + i % 3, SMALL));
    }
    PendingScan single = add(requests.open(9, SMALL));

    assertThat(take(4)).contains(single);
  }

  @Test
  void keepHalfOfTheScannersFreeOfBigFiles() {
    for (int i = 0; i < SCANNERS; i++) {
      add(requests.open(1, BIG));
    }
    take(SCANNERS / 2);

    assertThat(lanes.next()).isEmpty();
    PendingScan small = add(requests.open(1, SMALL));
    assertThat(lanes.next()).contains(small);
    lanes.end(Lane.BIG_OPEN);
    assertThat(lanes.next()).isPresent();
  }

  @Test
  void countBigFilesOfTheBackgroundAsBigToo() {
    add(requests.written(BIG));
    add(requests.written(BIG));
    take(2);

    assertThat(lanes.mayBegin(Lane.BIG_OPEN)).isFalse();
    assertThat(lanes.mayBegin(Lane.BACKGROUND)).as("half is in the background").isFalse();
    assertThat(lanes.mayBegin(Lane.OPEN)).isTrue();
  }

  @Test
  void giveASingleScannerToBigFilesAsWell() {
    Lanes single = new Lanes(() -> 1);
    PendingScan big = requests.open(1, BIG);
    single.add(big);

    assertThat(single.next()).contains(big);
  }

  @Test
  void starveNoLane() {
    PendingScan bigOpen = add(requests.open(1, BIG));
    PendingScan bigExec = add(requests.exec(1, BIG));
    PendingScan open = add(requests.open(1, SMALL));
    Set<PendingScan> taken = new HashSet<>();

    for (int i = 0; i < 4 * Lane.BLOCKED.size(); i++) {
      add(requests.exec(2, SMALL)); // there is always one
      PendingScan next = lanes.next().orElseThrow();
      taken.add(next);
      lanes.end(Lane.of(next.job()));
    }

    assertThat(taken).contains(bigOpen, bigExec, open);
  }

  @Test
  void removeOne() {
    PendingScan first = add(requests.open(1, SMALL));
    PendingScan second = add(requests.open(1, SMALL));

    assertThat(lanes.remove(first)).isTrue();
    assertThat(lanes.remove(first)).isFalse();
    assertThat(lanes.all()).containsExactly(second);
    assertThat(take(1)).containsExactly(second);
    assertThat(lanes.next()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void takeEachOnceAndKeepTheirLimits(long seed) {
    Random random = new Random(seed);
    List<PendingScan> waiting = new ArrayList<>();
    List<PendingScan> running = new ArrayList<>();
    Set<PendingScan> over = new HashSet<>();
    int added = 0;
    while (added < 3_000 || !waiting.isEmpty() || !running.isEmpty()) {
      if (added < 3_000 && random.nextInt(3) > 0) {
        waiting.add(add(anyOne(random)));
        added++;
      } else if (!waiting.isEmpty() && random.nextInt(20) == 0) {
        PendingScan leaving = waiting.remove(random.nextInt(waiting.size()));
        assertThat(lanes.remove(leaving)).isTrue();
        over.add(leaving);
      } else if (!running.isEmpty() && random.nextBoolean()) {
        PendingScan done = running.remove(random.nextInt(running.size()));
        lanes.end(Lane.of(done.job()));
        assertThat(over.add(done)).isTrue();
      } else if (running.size() < SCANNERS) {
        lanes.next().ifPresent(running::add);
        waiting.removeAll(running);
      }
      assertThat(running).filteredOn(t -> Lane.of(t.job()).isBig()).hasSizeLessThan(3);
      assertThat(running).filteredOn(PendingScan::isBackground).hasSizeLessThan(3);
    }
    assertThat(over).hasSize(3_000);
    assertThat(lanes.all()).isEmpty();
  }

  private PendingScan anyOne(Random random) {
    long size = random.nextBoolean() ? SMALL : BIG;
    int user = random.nextInt(5);
    return switch (random.nextInt(3)) {
      case 0 -> requests.exec(user, size);
      case 1 -> requests.open(user, size);
      default -> requests.written(size);
    };
  }

  private PendingScan add(PendingScan pending) {
    lanes.add(pending);
    return pending;
  }

  private List<PendingScan> take(int count) {
    return Collections.nCopies(count, lanes).stream().flatMap(l -> l.next().stream()).toList();
  }
}
