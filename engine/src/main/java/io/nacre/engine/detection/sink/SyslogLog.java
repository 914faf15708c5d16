package io.nacre.engine.detection.sink;

import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.linux.process.ProcFs;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * A sink to the syslog daemon of this machine, in the format of syslog(3), with facility {@code
 * daemon} and severity {@code warning}. Never waits.
 */
final class SyslogLog implements DetectionSink {
  static final Path SOCKET = Path.of("/dev/log");

  private static final int DAEMON_WARNING = 3 * 8 + 4;

  /** The day of the month has two columns, as in {@code Jan 2 03:04:05}. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);

  private final Path socket;

  SyslogLog(Path socket) {
    this.socket = socket;
  }

  @Override
  public String name() {
    return "syslog at " + socket;
  }

  @Override
  public void accept(DetectionRecord record, String message, String json) throws IOException {
    String line =
        "<"
            + DAEMON_WARNING
            + ">"
            + TIME.format(record.detection().at().atZone(ZoneId.systemDefault()))
            + " nacre["
            + ProcFs.self()
            + "]: "
            + message;
    UnixSocket.sendDatagram(socket.toString(), line.getBytes(StandardCharsets.UTF_8));
  }
}
