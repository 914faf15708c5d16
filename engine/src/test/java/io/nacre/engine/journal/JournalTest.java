package io.nacre.engine.journal;

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

class JournalTest {
  private final Journal journal = new Journal(3);

  @Test
  void givesTheOldestFirst() {
    journal.add(Entries.of(1));
    journal.add(Entries.of(2));

    assertThat(taken()).containsExactly(1L, 2L);
    assertThat(journal.take()).isEmpty();
  }

  @Test
  void holdsAFileOnceAsItWasTheLastTime() {
    for (int i = 0; i < 1_000; i++) {
      journal.add(Entries.of(1));
    }
    journal.add(Entries.of(2));
    JournalEntry newest = Entries.of(1, "/moved", FallbackReason.OVERLOAD);
    journal.add(newest);

    assertThat(journal.counts().waiting()).isEqualTo(2);
    assertThat(journal.counts().dropped()).isZero();
    assertThat(journal.take()).contains(Entries.of(2));
    assertThat(journal.take()).contains(newest);
  }

  @Test
  void dropsTheOldestForTheNewestWhenItIsFull() {
    for (int i = 1; i <= 5; i++) {
      journal.add(Entries.of(i));
    }

    assertThat(journal.counts().dropped()).isEqualTo(2);
    assertThat(journal.counts().waiting()).isEqualTo(3);
    assertThat(taken()).containsExactly(3L, 4L, 5L);
  }

  @Test
  void dropsWhatItHasNoRoomForWhileAllIsTaken() {
    for (int i = 1; i <= 3; i++) {
      journal.add(Entries.of(i));
    }
    taken();

    journal.add(Entries.of(4));

    assertThat(journal.counts().waiting()).isEqualTo(3);
    assertThat(journal.counts().dropped()).isEqualTo(1);
  }

  @Test
  void isBoundedInTheBytesOfPathsToo() {
    Journal big = new Journal(1_000);
    String path = "/" + "x".repeat(4_000);

    for (int i = 1; i <= 1_000; i++) {
      big.add(Entries.of(i, path, FallbackReason.OVERLOAD));
    }

    Journal.Counts counts = big.counts();
    assertThat(counts.waiting()).isBetween(50, 100);
    assertThat(counts.waiting() + counts.dropped()).isEqualTo(1_000);
    big.take().ifPresent(big::putBack);
    assertThat(big.counts()).isEqualTo(counts);
  }

  @Test
  void countsWhatIsTakenUntilItEnded() {
    for (int i = 1; i <= 3; i++) {
      journal.add(Entries.of(i));
    }
    assertThat(taken()).hasSize(3);
    assertThat(journal.counts().waiting()).isEqualTo(3);

    journal.end(Journal.End.CLEAN);
    journal.end(Journal.End.INFECTED);
    journal.end(Journal.End.VANISHED);
    journal.add(Entries.of(4));
    journal.take();
    journal.end(Journal.End.DROPPED);

    assertThat(journal.counts()).isEqualTo(new Journal.Counts(3, 0, 2, 1, 1, 1));
  }

  @Test
  void putsBackBehindTheOthers() {
    journal.add(Entries.of(1));
    journal.add(Entries.of(2));
    JournalEntry first = journal.take().orElseThrow();

    journal.putBack(first.triedAgain());

    assertThat(journal.counts().waiting()).isEqualTo(2);
    assertThat(journal.take()).contains(Entries.of(2));
    assertThat(journal.take()).map(JournalEntry::tries).contains(1);
  }

  @Test
  void keepsTheNewerEntryWhenAnOlderOneIsPutBack() {
    journal.add(Entries.of(1));
    JournalEntry older = journal.take().orElseThrow();
    JournalEntry newer = Entries.of(1, "/newer", FallbackReason.DEADLINE);
    journal.add(newer);

    journal.putBack(older);

    assertThat(journal.counts().waiting()).isEqualTo(1);
    assertThat(journal.take()).contains(newer);
  }

  @Test
  void isClosedWithoutRoomOrWhenTold() {
    assertThat(new Journal(0).isOpen()).isFalse();
    assertThat(journal.isOpen()).isTrue();

    journal.close();

    assertThat(journal.isOpen()).isFalse();
  }

  @Test
  void losesNothingBetweenThreads() throws ExecutionException, InterruptedException {
    int threads = 4;
    int each = 20_000;
    Journal shared = new Journal(1_000);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<Future<?>> done = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      long first = (long) t * each;
      done.add(
          pool.submit(
              () -> {
                for (int i = 0; i < each; i++) {
                  shared.add(Entries.of(first + i));
                  Optional<JournalEntry> entry = shared.take();
                  if (i % 3 == 0) {
                    entry.ifPresent(shared::putBack);
                  } else {
                    entry.ifPresent(taken -> shared.end(Journal.End.CLEAN));
                  }
                }
              }));
    }
    for (Future<?> thread : done) {
      thread.get();
    }
    pool.shutdown();

    Journal.Counts counts = shared.counts();
    assertThat(counts.waiting() + counts.scanned() + counts.dropped())
        .isEqualTo((long) threads * each);
    assertThat(counts.waiting()).isEqualTo(shared.size());
  }

  private List<Long> taken() {
    List<Long> inodes = new ArrayList<>();
    for (Optional<JournalEntry> next = journal.take(); next.isPresent(); next = journal.take()) {
      inodes.add(next.get().file().inode());
    }
    return inodes;
  }
}
