package io.nacre.engine.detection.sink;

import io.nacre.engine.detection.record.DetectionRecord;
import java.io.IOException;

/** A place where records of detections go. For one thread at a time. */
interface DetectionSink extends AutoCloseable {

  /** Returns the name for messages. */
  String name();

  /** Prepares for records, so that a problem shows before the first detection. */
  default void prepare() throws IOException {}

  /**
   * Takes a record.
   *
   * @param message one line of text
   * @param json the line of {@link RecordJson}
   */
  void accept(DetectionRecord record, String message, String json) throws IOException;

  @Override
  default void close() {}
}
