package io.nacre.engine.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StandardErrorTest {
  private static final int MORE_THAN_FIT = 3_000;
  private static final Pattern MISSING =
      Pattern.compile("(?m)^nacre: ([0-9]+) messages are missing here");

  private final Target target = new Target();
  private final StandardError error = StandardError.over(target);

  @Test
  void writesMessagesInOrder() {
    say("one\n");
    say("two\n");
    error.drain(10_000);

    assertThat(target.written()).isEqualTo("one\ntwo\n");
  }

  @Test
  void blocksNoCallerAndPrintsHowManyAreMissing() {
    target.isStuck = true;
    for (int i = 0; i < MORE_THAN_FIT; i++) {
      say("line\n");
    }
    error.drain(1);

    target.goOn.countDown();
    AtomicInteger last = new AtomicInteger();
    await()
        .until(
            () -> {
              last.incrementAndGet();
              say("last\n");
              error.drain(10_000);
              return target.written().endsWith("last\n");
            });

    assertThat(target.count("line")).isLessThan(MORE_THAN_FIT);
    assertThat(target.count("line") + target.count("last") + target.missing())
        .isEqualTo(MORE_THAN_FIT + last.get());
  }

  @Test
  void countsMessagesThatCannotBeWritten() {
    target.isFull = true;
    say("one\n");
    say("two\n");
    error.drain(10_000);

    target.isFull = false;
    say("three\n");
    error.drain(10_000);

    assertThat(target.written())
        .isEqualTo("nacre: 2 messages are missing here: they could not be written\nthree\n");
  }

  private void say(String message) {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    error.write(bytes, 0, bytes.length);
  }

  /** A target that may block or be full. */
  private static final class Target extends OutputStream {
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private volatile boolean isStuck;
    private volatile boolean isFull;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b});
    }

    @Override
    public void write(byte[] bytes) throws IOException {
      if (isStuck) {
        try {
          goOn.await();
        } catch (InterruptedException e) {
          throw new IOException(e);
        }
      }
      if (isFull) {
        throw new IOException("No space left on device");
      }
      synchronized (written) {
        written.write(bytes);
      }
    }

    long count(String line) {
      return written().lines().filter(line::equals).count();
    }

    /** Returns the sum of the messages that are reported as missing. */
    long missing() {
      return MISSING
          .matcher(written())
          .results()
          .mapToLong(match -> Long.parseLong(match.group(1)))
          .sum();
    }

    String written() {
      synchronized (written) {
        return written.toString(StandardCharsets.UTF_8);
      }
    }
  }
}
