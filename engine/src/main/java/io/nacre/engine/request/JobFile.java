package io.nacre.engine.request;

import io.nacre.linux.Fd;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The descriptor of a job's file. It is closed once: when the stream is done with the job, and the
 * kernel has the response.
 *
 * <p>The number of the descriptor is the kernel's name for the request. It must not become the
 * number of another file while a response is on its way.
 */
final class JobFile {
  private final ScanJob job;
  private final Fd descriptor;
  private final CloseObserver observer;
  private final DescriptorCloser closer;

  /** Whether a response is sent; written before another thread learns of the answer. */
  private volatile boolean hasResponse;

  /** Set by the first of two: the response is sent, and the descriptor is to be closed. */
  private final AtomicBoolean isOneDone = new AtomicBoolean();

  JobFile(ScanJob job, CloseObserver observer, DescriptorCloser closer) {
    this.job = job;
    this.descriptor = new Fd(job.file());
    this.observer = observer;
    this.closer = closer;
  }

  int number() {
    return descriptor.number();
  }

  /** A response will be sent for this descriptor; {@link #responseSent} follows. */
  void expectResponse() {
    hasResponse = true;
  }

  /** The kernel has the response. */
  void responseSent() {
    if (!isOneDone.compareAndSet(false, true)) {
      release();
    }
  }

  /** The stream is done with the job. */
  void close() {
    if (!hasResponse || !isOneDone.compareAndSet(false, true)) {
      release();
    }
  }

  private void release() {
    try {
      observer.beforeClose(job);
    } finally {
      closer.close(descriptor, job.facts().mountId());
    }
  }

  @Override
  public String toString() {
    return descriptor.toString();
  }
}
