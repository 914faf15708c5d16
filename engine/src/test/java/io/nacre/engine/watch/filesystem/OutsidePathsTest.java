package io.nacre.engine.watch.filesystem;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Poll;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OutsidePathsTest {
  private static final int CAPACITY = 256;
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private OutsidePaths paths;

  @BeforeEach
  void open() throws ErrnoException {
    paths = OutsidePaths.open();
    paths.setWanted(true);
  }

  @AfterEach
  void close() {
    paths.close();
  }

  @Test
  void areEmptyAtFirst() throws ErrnoException {
    assertThat(paths.poll()).isEmpty();
    assertThat(isSignalled()).isFalse();
  }

  @Test
  void comeInTheOrderInWhichTheyWereOffered() {
    offer("/a");
    offer("/b");

    assertThat(all()).containsExactly("/a", "/b");
  }

  @Test
  void areCopiedAsFarAsTheyReach() {
    byte[] path = "/var/log/syslog and what was there before".getBytes(UTF_8);

    paths.offer(path, "/var/log/syslog".length());
    path[1] = 'X';

    assertThat(all()).containsExactly("/var/log/syslog");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "memfd:x", "pipe:[4711]", "(unreachable)/a"})
  void areRealPathsOfFiles(String path) throws ErrnoException {
    offer(path);

    assertThat(all()).isEmpty();
    assertThat(isSignalled()).isFalse();
  }

  @Test
  void areNotTakenWithoutAReceiver() throws ErrnoException {
    paths.setWanted(false);

    offer("/a");

    assertThat(all()).isEmpty();
    assertThat(isSignalled()).isFalse();
    paths.setWanted(true);
    offer("/b");
    assertThat(all()).containsExactly("/b");
  }

  @Test
  void areNotWantedAtFirst() throws ErrnoException {
    try (OutsidePaths others = OutsidePaths.open()) {
      others.offer("/a".getBytes(UTF_8), 2);

      assertThat(others.poll()).isEmpty();
    }
  }

  @Test
  void signalThatThereIsOneUntilThatIsTakenBack() throws ErrnoException {
    offer("/a");
    offer("/b");

    assertThat(isSignalled()).isTrue();
    paths.clearSignal();
    assertThat(isSignalled()).isFalse();
  }

  @Test
  void signalAgainForTheFirstAfterAllWereTaken() throws ErrnoException {
    offer("/a");
    paths.clearSignal();
    all();

    offer("/b");

    assertThat(isSignalled()).isTrue();
  }

  @Test
  void areForgottenIfThereIsNoRoom() {
    for (int i = 0; i <= CAPACITY; i++) {
      offer("/" + i);
    }

    assertThat(all()).hasSize(CAPACITY).doesNotContain("/" + CAPACITY);
    offer("/later");
    assertThat(all()).containsExactly("/later");
  }

  @Test
  void doNotBlockTheCaller() {
    List<CompletableFuture<Void>> readers = new ArrayList<>();
    for (int reader = 0; reader < 2; reader++) {
      readers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 10 * CAPACITY; i++) {
                  offer("/" + i);
                }
              }));
    }

    assertThat(readers).allSatisfy(reader -> assertThat(reader).succeedsWithin(LONGEST));
    assertThat(all()).hasSize(CAPACITY);
  }

  @Test
  void takeNothingAfterTheyAreClosed() {
    paths.close();

    offer("/a");

    assertThat(paths.poll()).isEmpty();
  }

  private void offer(String path) {
    byte[] bytes = path.getBytes(UTF_8);
    paths.offer(bytes, bytes.length);
  }

  private List<String> all() {
    List<String> all = new ArrayList<>();
    for (var next = paths.poll(); next.isPresent(); next = paths.poll()) {
      all.add(next.get().toString());
    }
    return all;
  }

  private boolean isSignalled() throws ErrnoException {
    return new Poll(paths.fd()).await(0) > 0;
  }
}
