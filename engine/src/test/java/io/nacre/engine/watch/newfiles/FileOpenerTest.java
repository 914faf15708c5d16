package io.nacre.engine.watch.newfiles;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.Descriptors;
import io.nacre.engine.request.NewFileSink;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Directory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileOpenerTest {
  @TempDir Path directory;

  private final Sink sink = new Sink();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final FileOpener opener = FileOpener.start(sink, nanos::get);

  /** Reads what it is offered, as long as there is room. */
  private static final class Sink implements NewFileSink {
    private final AtomicInteger offers = new AtomicInteger();
    private final AtomicInteger bytes = new AtomicInteger();
    private final AtomicInteger dropped = new AtomicInteger();
    private volatile boolean hasRoom = true;

    @Override
    public boolean offer(Fd file) {
      offers.incrementAndGet();
      if (!hasRoom) {
        return false;
      }
      try (file) {
        bytes.addAndGet(file.read(new NativeBuffer(100)));
      } catch (ErrnoException e) {
        throw new AssertionError(e);
      }
      return true;
    }

    @Override
    public void dropped(int files) {
      dropped.addAndGet(files);
    }
  }

  @AfterEach
  void closeAll() {
    opener.close();
    await().until(() -> Descriptors.below(directory).isEmpty());
  }

  @Test
  void opensWhatIsAMerePath() throws IOException {
    assertThat(opener.offer(path("1234"))).isTrue();
    assertThat(opener.offer(path("12345678"))).isTrue();

    await().until(() -> sink.bytes.get() == 12);
    await().until(() -> Descriptors.below(directory).isEmpty());
  }

  @Test
  void waitsForRoom() throws IOException {
    sink.hasRoom = false;
    opener.offer(path("1234"));
    await().until(() -> sink.offers.get() > 1);

    sink.hasRoom = true;

    await().until(() -> sink.bytes.get() == 4);
    assertThat(sink.dropped).hasValue(0);
  }

  @Test
  void givesAllUpWhenThereIsNoRoomForLong() throws IOException {
    sink.hasRoom = false;
    for (int i = 0; i < 3; i++) {
      opener.offer(path("1234"));
    }
    await().until(() -> sink.offers.get() > 1);

    nanos.addAndGet(FileOpener.TIME_LIMIT_NANOS + 1);

    await().until(() -> sink.dropped.get() == 3);
    await().until(() -> Descriptors.below(directory).isEmpty());
  }

  @Test
  void takesNoMoreThanItsQueueHolds() throws IOException {
    sink.hasRoom = false;
    int taken = 0;
    try (Fd last = offerUntilRefused()) {
      taken = Descriptors.below(directory).size();
      assertThat(last.isOpen()).isTrue();
    }

    assertThat(taken).isBetween(FileOpener.QUEUE, FileOpener.QUEUE + 3);
  }

  @Test
  void keepsNothingOpenOnceItIsClosed() throws IOException {
    sink.hasRoom = false;
    for (int i = 0; i < 3; i++) {
      opener.offer(path("1234"));
    }
    await().until(() -> sink.offers.get() > 0);

    opener.close();

    await().until(() -> Descriptors.below(directory).isEmpty());
    assertThat(sink.bytes).hasValue(0);
  }

  private Fd offerUntilRefused() throws IOException {
    Fd path = path("1234");
    while (opener.offer(path)) {
      path = path("1234");
    }
    return path;
  }

  private Fd path(String content) throws IOException {
    String name = "f" + content.length();
    Files.writeString(directory.resolve(name), content);
    try (Directory opened = Directory.open(directory.toString().getBytes(UTF_8))) {
      return opened.findRegularFile(name.getBytes(UTF_8)).orElseThrow();
    }
  }
}
