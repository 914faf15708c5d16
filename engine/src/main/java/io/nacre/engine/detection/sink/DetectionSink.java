package io.nacre.engine.detection.sink;

import io.nacre.engine.detection.record.DetectionRecord;
import java.io.IOException;

/** Where records go; used by one thread at a time. */
interface DetectionSink extends AutoCloseable {

  /** Returns what it is, for messages. */
  String name();

  /** Gets ready, so that what is wrong is known before it matters. */
  default void prepare() throws IOException {}

  /**
   * Takes a record.
   *
   * @param message in words, on one line
   * @param json as {@link RecordJson} has it
   */
  void accept(DetectionRecord record, String message, String json) throws IOException;

  @Override
  default void close() {}
}
