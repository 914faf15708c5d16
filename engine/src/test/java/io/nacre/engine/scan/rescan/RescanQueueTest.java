package io.nacre.engine.scan.rescan;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.verdict.FallbackReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RescanQueueTest {
  private final RescanQueue queue = new RescanQueue(3);

  @Test
  void givesTheOldestFirst() {
    queue.add(RescanEntries.of(1));
    queue.add(RescanEntries.of(2));

    assertThat(taken()).containsExactly(1L, 2L);
    assertThat(queue.take()).isEmpty();
  }

  @Test
  void holdsAFileOnceAsItWasTheLastTime() {
    for (int i = 0; i < 1_000; i++) {
      queue.add(RescanEntries.of(1));
    }
    queue.add(RescanEntries.of(2));
    RescanEntry newest = RescanEntries.of(1, "/moved", FallbackReason.OVERLOAD);
    queue.add(newest);

    assertThat(queue.counts().waiting()).isEqualTo(2);
    assertThat(queue.counts().dropped()).isZero();
    assertThat(queue.take()).contains(RescanEntries.of(2));
    assertThat(queue.take()).contains(newest);
  }

  @Test
  void dropsTheOldestForTheNewestWhenItIsFull() {
    for (int i = 1; i <= 5; i++) {
      queue.add(RescanEntries.of(i));
    }

    assertThat(queue.counts().dropped()).isEqualTo(2);
    assertThat(queue.counts().waiting()).isEqualTo(3);
    assertThat(taken()).containsExactly(3L, 4L, 5L);
  }

  @Test
  void dropsWhatItHasNoRoomForWhileAllIsTaken() {
    for (int i = 1; i <= 3; i++) {
      queue.add(RescanEntries.of(i));
    }
    taken();

    queue.add(RescanEntries.of(4));

    assertThat(queue.counts().waiting()).isEqualTo(3);
    assertThat(queue.counts().dropped()).isEqualTo(1);
  }

  @Test
  void isBoundedInTheBytesOfPathsToo() {
    RescanQueue big = new RescanQueue(1_000);
    String path = "/" + "x".repeat(4_000);

    for (int i = 1; i <= 1_000; i++) {
      big.add(RescanEntries.of(i, path, FallbackReason.OVERLOAD));
    }

    RescanQueue.Counts counts = big.counts();
    assertThat(counts.waiting()).isBetween(50, 100);
    assertThat(counts.waiting() + counts.dropped()).isEqualTo(1_000);
    big.take().ifPresent(big::putBack);
    assertThat(big.counts()).isEqualTo(counts);
  }

  @Test
  void countsWhatIsTakenUntilItEnded() {
    for (int i = 1; i <= 3; i++) {
      queue.add(RescanEntries.of(i));
    }
    assertThat(taken()).hasSize(3);
    assertThat(queue.counts().waiting()).isEqualTo(3);

    queue.end(RescanQueue.End.CLEAN);
    queue.end(RescanQueue.End.INFECTED);
    queue.end(RescanQueue.End.NO_LONGER_FOUND);
    queue.add(RescanEntries.of(4));
    queue.take();
    queue.end(RescanQueue.End.DROPPED);

    assertThat(queue.counts()).isEqualTo(new RescanQueue.Counts(3, 0, 2, 1, 1, 1));
  }

  @Test
  void putsBackBehindTheOthers() {
    queue.add(RescanEntries.of(1));
    queue.add(RescanEntries.of(2));
    RescanEntry first = queue.take().orElseThrow();

    queue.putBack(first.withOneMoreTry());

    assertThat(queue.counts().waiting()).isEqualTo(2);
    assertThat(queue.take()).contains(RescanEntries.of(2));
    assertThat(queue.take()).map(RescanEntry::tries).contains(1);
  }

  @Test
  void keepsTheNewerEntryWhenAnOlderOneIsPutBack() {
    queue.add(RescanEntries.of(1));
    RescanEntry older = queue.take().orElseThrow();
    RescanEntry newer = RescanEntries.of(1, "/newer", FallbackReason.DEADLINE);
    queue.add(newer);

    queue.putBack(older);

    assertThat(queue.counts().waiting()).isEqualTo(1);
    assertThat(queue.take()).contains(newer);
  }

  @Test
  void isClosedWithoutRoomOrOnRequest() {
    assertThat(new RescanQueue(0).isOpen()).isFalse();
    assertThat(queue.isOpen()).isTrue();

    queue.close();

    assertThat(queue.isOpen()).isFalse();
  }

  @Test
  void losesNothingBetweenThreads() throws ExecutionException, InterruptedException {
    int threads = 4;
    int each = 20_000;
    RescanQueue shared = new RescanQueue(1_000);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<Future<?>> done = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      long first = (long) t * each;
      done.add(
          pool.submit(
              () -> {
                for (int i = 0; i < each; i++) {
                  shared.add(RescanEntries.of(first + i));
                  Optional<RescanEntry> entry = shared.take();
                  if (i % 3 == 0) {
                    entry.ifPresent(shared::putBack);
                  } else {
                    entry.ifPresent(taken -> shared.end(RescanQueue.End.CLEAN));
                  }
                }
              }));
    }
    for (Future<?> thread : done) {
      thread.get();
    }
    pool.shutdown();

    RescanQueue.Counts counts = shared.counts();
    assertThat(counts.waiting() + counts.rescanned() + counts.dropped())
        .isEqualTo((long) threads * each);
    assertThat(counts.waiting()).isEqualTo(shared.size());
  }

  private List<Long> taken() {
    List<Long> inodes = new ArrayList<>();
    for (Optional<RescanEntry> next = queue.take(); next.isPresent(); next = queue.take()) {
      inodes.add(next.get().file().inode());
    }
    return inodes;
  }
}
