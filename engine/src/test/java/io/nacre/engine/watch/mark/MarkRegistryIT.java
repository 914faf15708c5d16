package io.nacre.engine.watch.mark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.watch.MarkedDirectoryFixture;
import io.nacre.linux.file.Directory;
import io.nacre.linux.inotify.Inotify;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MarkRegistryIT {
  private static final Duration AT_MOST = Duration.ofSeconds(10);

  private MarkedDirectoryFixture stage;
  private Directory directory;

  @BeforeEach
  void open() throws IOException {
    stage = MarkedDirectoryFixture.open();
    stage.directory("srv");
    directory = Directory.open(stage.path("srv").toString().getBytes(UTF_8));
  }

  @AfterEach
  void close() throws IOException {
    directory.close();
    stage.close();
  }

  @Test
  void aTreeWaitsUntilTheMarkIsOff() throws Exception {
    MarkRegistry registry = new MarkRegistry(stage.marks(), AT_MOST);
    try (MarkOwner old = registry.join(Inotify.open());
        MarkOwner next = registry.join(Inotify.open())) {
      long key = old.mark(directory.fd()).key();
      assertThat(registry.removeAndReserve(old, key)).isTrue();

      CompletableFuture<Boolean> added =
          CompletableFuture.supplyAsync(() -> registry.add(next, key));

      assertThat(added).isNotCompleted();
      assertThat(registry.endReservation(key)).isFalse();
      assertThat(added).succeedsWithin(AT_MOST).isEqualTo(false);
    }
  }

  @Test
  void aTreeThatWaitedLongEnoughPlacesItsMarkAndHasItRestored() throws IOException {
    MarkRegistry registry = new MarkRegistry(stage.marks(), Duration.ofMillis(10));
    try (MarkOwner old = registry.join(Inotify.open());
        MarkOwner next = registry.join(Inotify.open())) {
      long key = old.mark(directory.fd()).key();
      assertThat(registry.removeAndReserve(old, key)).isTrue();

      next.mark(directory.fd());

      assertThat(stage.marked()).containsExactly("srv");
      assertThat(registry.endReservation(key)).as("the mark must be placed again").isTrue();
      next.unmark(key, directory.fd());
      assertThat(stage.marked()).isEmpty();
    }
  }

  @Test
  void aClaimThatWasGivenUpRestoresNothing() throws IOException {
    MarkRegistry registry = new MarkRegistry(stage.marks(), Duration.ofMillis(10));
    try (MarkOwner old = registry.join(Inotify.open());
        MarkOwner next = registry.join(Inotify.open())) {
      long key = old.mark(directory.fd()).key();
      registry.removeAndReserve(old, key);
      next.mark(directory.fd());

      next.unmark(key, directory.fd());

      assertThat(registry.endReservation(key)).isFalse();
    }
  }
}
