package io.nacre.engine.scan.rescan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.Descriptors;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class RescanFileOpenerTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(1);

  @TempDir Path directory;

  @Test
  void opensTheFileForReading() throws Exception {
    Path file = Files.writeString(directory.resolve("fü"), "content");

    try (RescanFileOpener opener = new RescanFileOpener(LONG);
        Fd opened = open(opener, RescanEntries.of(file))) {
      assertThat(opened.read(new NativeBuffer(100))).isEqualTo("content".length());
    }
    assertThat(Descriptors.below(directory.toRealPath())).isEmpty();
  }

  @Test
  void refusesAnotherFileInItsPlace() throws Exception {
    Path file = Files.writeString(directory.resolve("f"), "content");
    RescanEntry entry = RescanEntries.of(file);
    Files.writeString(directory.resolve("other"), "other");
    Files.move(directory.resolve("other"), file, StandardCopyOption.REPLACE_EXISTING);

    try (RescanFileOpener opener = new RescanFileOpener(LONG)) {
      assertThatThrownBy(() -> open(opener, entry)).hasCauseInstanceOf(ErrnoException.class);
    }
    assertThat(Descriptors.below(directory.toRealPath())).isEmpty();
  }

  @Test
  void waitsForNoOpenThatHangsAndLetsItsFileSystemBe() throws Exception {
    Path file = Files.writeString(directory.resolve("f"), "content");
    RescanEntry entry = RescanEntries.of(file);
    CountDownLatch hangs = new CountDownLatch(1);
    AtomicReference<Fd> late = new AtomicReference<>();

    try (RescanFileOpener real = new RescanFileOpener(LONG);
        RescanFileOpener opener =
            new RescanFileOpener(
                asked -> {
                  awaitLatch(asked.equals(entry) ? hangs : new CountDownLatch(0));
                  Fd opened = openHere(real, entry);
                  late.compareAndSet(null, opened);
                  return opened;
                },
                SHORT)) {
      assertThatThrownBy(() -> open(opener, entry)).hasCauseInstanceOf(TimeoutException.class);
      assertThatThrownBy(() -> open(opener, entry))
          .hasCauseInstanceOf(RescanFileOpener.BusyException.class);

      hangs.countDown();

      await().until(() -> late.get() != null && !late.get().isOpen());
    }
  }

  @Test
  void opensOnAnotherFileSystemMeanwhile() throws Exception {
    RescanEntry hanging = RescanEntries.of(7);
    RescanEntry other = RescanEntries.of(Files.writeString(directory.resolve("f"), "content"));
    CountDownLatch hangs = new CountDownLatch(1);

    try (RescanFileOpener real = new RescanFileOpener(LONG);
        RescanFileOpener opener =
            new RescanFileOpener(
                asked -> {
                  awaitLatch(asked.equals(hanging) ? hangs : new CountDownLatch(0));
                  return openHere(real, other);
                },
                LONG)) {
      CompletableFuture<Fd> first = opener.open(hanging).toCompletableFuture();

      try (Fd opened = open(opener, other)) {
        assertThat(opened.isOpen()).isTrue();
      }
      assertThat(first).isNotDone();
      hangs.countDown();
      first.get(20, TimeUnit.SECONDS).close();
    }
  }

  private static Fd open(RescanFileOpener opener, RescanEntry entry) throws Exception {
    return opener.open(entry).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private static Fd openHere(RescanFileOpener opener, RescanEntry entry) {
    return opener.open(entry).toCompletableFuture().join();
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("it was never released");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
