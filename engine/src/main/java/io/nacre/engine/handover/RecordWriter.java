package io.nacre.engine.handover;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** Collects records to chunks. Belongs to one thread. */
public final class RecordWriter {

  /** Writes one record. */
  @FunctionalInterface
  public interface RecordSource {
    /** Writes the record to {@code out}. */
    void writeTo(DataOutputStream out) throws IOException;
  }

  /** The buffer of a chunk, without a copy for each chunk. */
  private static final class Buffer extends ByteArrayOutputStream {
    Buffer() {
      super(ChunkSink.CHUNK_BYTES_MAX);
    }

    void sendTo(ChunkSink sink, int length) throws IOException {
      sink.accept(buf, length);
    }

    /** Moves the bytes from {@code from} on to the start. */
    void removeUntil(int from) {
      System.arraycopy(buf, from, buf, 0, count - from);
      count -= from;
    }
  }

  private final ChunkSink sink;
  private final Buffer buffer = new Buffer();
  private final DataOutputStream out = new DataOutputStream(buffer);
  private long records;

  RecordWriter(ChunkSink sink) {
    this.sink = sink;
  }

  /** Adds a record of at most {@link ChunkSink#CHUNK_BYTES_MAX} bytes. */
  public void add(RecordSource entry) throws IOException {
    int before = buffer.size();
    entry.writeTo(out);
    records++;
    if (buffer.size() > ChunkSink.CHUNK_BYTES_MAX) {
      buffer.sendTo(sink, before);
      buffer.removeUntil(before);
    }
  }

  /** Sends what is left; returns the number of records. */
  long finish() throws IOException {
    if (buffer.size() > 0) {
      buffer.sendTo(sink, buffer.size());
      buffer.reset();
    }
    return records;
  }
}
