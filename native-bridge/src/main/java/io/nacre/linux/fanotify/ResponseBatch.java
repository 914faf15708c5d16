package io.nacre.linux.fanotify;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;

/**
 * Several responses sent to the kernel by one writev(2); belongs to one thread.
 *
 * <p>The kernel takes one response a vector and stops at the first that it refuses. The rest is
 * then sent in another call, so that no response is lost because of another.
 */
public final class ResponseBatch {
  /*
   * struct iovec {          // offset
   *     void  *iov_base;    //  0
   *     size_t iov_len;     //  8
   * };                      // 16
   */
  private static final int VECTOR_SIZE = 16;

  private final FanotifyGroup group;
  private final int capacity;
  private final NativeBuffer responses;
  private final NativeBuffer vectors;
  private int count;

  /** A batch of at most {@code capacity} answers for {@code group}. */
  public ResponseBatch(FanotifyGroup group, int capacity) {
    this.group = group;
    this.capacity = capacity;
    this.responses = new NativeBuffer(capacity * FanotifyResponse.SIZE);
    this.vectors = new NativeBuffer(capacity * VECTOR_SIZE);
    for (int i = 0; i < capacity; i++) {
      vectors
          .bytes()
          .putLong(i * VECTOR_SIZE, responses.address() + (long) i * FanotifyResponse.SIZE)
          .putLong(i * VECTOR_SIZE + 8, FanotifyResponse.SIZE);
    }
  }

  /** Adds the answer to the event of {@code eventFd}; close that only after {@link #send}. */
  public void add(int eventFd, Response response) {
    if (count == capacity) {
      throw new IllegalStateException("the batch is full; send it first");
    }
    FanotifyResponse.put(responses.bytes(), count * FanotifyResponse.SIZE, eventFd, response);
    count++;
  }

  /** Returns the number of answers that wait for {@link #send}. */
  public int size() {
    return count;
  }

  /**
   * Sends every answer and empties the batch.
   *
   * @return how many the kernel refused with {@code ENOENT}, because their process is gone or they
   *     are answered already
   * @throws ErrnoException any other refusal; the answers behind it have been sent nevertheless
   */
  public int send() throws ErrnoException {
    int sent = 0;
    int gone = 0;
    int failure = 0;
    while (sent < count) {
      long written =
          FanotifyLib.writev(
              group.fd().number(),
              vectors.address() + (long) sent * VECTOR_SIZE,
              Math.min(count - sent, 1024));
      if (written > 0) {
        sent += (int) (written / FanotifyResponse.SIZE);
        continue;
      }
      int errno = ErrnoException.lastErrno();
      if (errno == Errno.EINTR) {
        continue;
      }
      if (errno == Errno.ENOENT) {
        gone++;
      } else {
        failure = errno;
      }
      sent++; // refused: go on behind it
    }
    count = 0;
    if (failure != 0) {
      throw new ErrnoException("writev", failure);
    }
    return gone;
  }

  /**
   * Sends every answer as {@link #send} does, and then closes the descriptors of the events.
   *
   * @return what {@link #send} returns
   */
  public int sendAndClose() throws ErrnoException {
    int answered = count;
    try {
      return send();
    } finally {
      count = answered;
      close();
    }
  }

  /** Closes the descriptors of the events without any answer, and empties the batch. */
  public void close() {
    for (int i = 0; i < count; i++) {
      FanotifyLib.close(responses.bytes().getInt(i * FanotifyResponse.SIZE));
    }
    count = 0;
  }
}
