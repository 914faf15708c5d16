package io.nacre.engine.detection.sink;

import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A sink to journald by its native protocol: a datagram of lines {@code FIELD=value}. Never waits.
 */
final class JournaldLog implements DetectionSink {
  static final Path SOCKET = Path.of("/run/systemd/journal/socket");

  /** For {@code journalctl MESSAGE_ID=…}. */
  private static final String MESSAGE_ID = "6f1d7c6fd0a24f3f9c0c2f5d1e6b8a47";

  private static final String WARNING = "4";

  private final Path socket;

  JournaldLog(Path socket) {
    this.socket = socket;
  }

  @Override
  public String name() {
    return "journald at " + socket;
  }

  @Override
  public void accept(DetectionRecord record, String message, String json) throws IOException {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("MESSAGE", message);
    fields.put("MESSAGE_ID", MESSAGE_ID);
    fields.put("PRIORITY", WARNING);
    fields.put("SYSLOG_IDENTIFIER", "nacre");
    fields.putAll(RecordFields.of(record)); // no value has an end of line
    StringBuilder lines = new StringBuilder();
    fields.forEach((name, value) -> lines.append(name).append('=').append(value).append('\n'));
    UnixSocket.sendDatagram(socket.toString(), lines.toString().getBytes(StandardCharsets.UTF_8));
  }
}
