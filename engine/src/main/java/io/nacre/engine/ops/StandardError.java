package io.nacre.engine.ops;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Standard error that blocks no caller: a thread of its own writes the messages in order. A pipe
 * without a reader, a stopped terminal or a full disk loses messages. Their number is printed as
 * soon as printing works again.
 *
 * <p>For any thread. Each write is one message.
 */
public final class StandardError extends OutputStream {
  private static final int MESSAGES = 1024;

  private final OutputStream target;
  private final ArrayBlockingQueue<Message> messages = new ArrayBlockingQueue<>(MESSAGES);
  private final AtomicLong dropped = new AtomicLong();

  private interface Message {
    void writeTo(OutputStream target) throws IOException;
  }

  private StandardError(OutputStream target) {
    this.target = target;
  }

  /** Replaces {@code System.err}, for all messages of this process. */
  public static StandardError install() {
    StandardError error = over(new FileOutputStream(FileDescriptor.err));
    System.setErr(new PrintStream(error, /* autoFlush= */ true, StandardCharsets.UTF_8));
    return error;
  }

  /** Returns one that writes to {@code target}, which may wait and may fail. */
  static StandardError over(OutputStream target) {
    StandardError error = new StandardError(target);
    Thread thread = new Thread(error::run, "standard-error");
    thread.setDaemon(true);
    thread.start();
    return error;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    byte[] message = Arrays.copyOfRange(bytes, offset, offset + length);
    if (!messages.offer(out -> out.write(message))) {
      dropped.incrementAndGet();
    }
  }

  /** Waits until all messages so far are written, but no longer than {@code millis}. */
  public void drain(long millis) {
    CountDownLatch written = new CountDownLatch(1);
    if (!messages.offer(out -> written.countDown())) {
      return; // the queue is full
    }
    try {
      boolean unused = written.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        Message message = messages.take();
        printMissing();
        if (!write(message)) {
          dropped.incrementAndGet();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // no caller does
    }
  }

  private void printMissing() {
    long missing = dropped.get();
    byte[] words =
        ("nacre: " + missing + " messages are missing here: they could not be written\n")
            .getBytes(StandardCharsets.UTF_8);
    if (missing > 0 && write(out -> out.write(words))) {
      dropped.addAndGet(-missing);
    }
  }

  /** Returns false on a full disk, or if the pipe has no reader. */
  private boolean write(Message message) {
    try {
      message.writeTo(target);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
