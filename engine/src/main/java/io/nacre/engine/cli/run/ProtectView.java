package io.nacre.engine.cli.run;

import io.nacre.engine.Engine;
import io.nacre.engine.cli.status.StatusText;
import io.nacre.engine.cli.terminal.Terminal;
import io.nacre.engine.detection.record.Detection;
import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.detection.record.DetectionText;
import io.nacre.engine.json.JsonObject;
import java.io.PrintStream;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The screen of {@code nacre protect}: a line for each detection, and on a terminal one more line
 * that is repainted with the status.
 */
final class ProtectView implements Consumer<DetectionRecord> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());
  private static final long PERIOD_MILLIS = 500;

  private final PrintStream out;
  private final boolean terminal = Terminal.isThere();
  private final DetectionText words = new DetectionText();
  private String summary = "";

  ProtectView(PrintStream out) {
    this.out = out;
  }

  /** Repaints the status of {@code engine} from now on, on a thread of its own. */
  void show(Engine engine) {
    if (!terminal) {
      return;
    }
    Thread painter = new Thread(() -> paint(engine), "summary");
    painter.setDaemon(true);
    painter.start();
  }

  @Override
  public synchronized void accept(DetectionRecord record) {
    Detection detection = record.detection();
    String what = DetectionText.outcome(detection).toUpperCase(Locale.ROOT);
    erase();
    out.printf(
        Locale.ROOT,
        "%s  %s  %s  %s  %s  in %s%n",
        Terminal.red(what),
        TIME.format(detection.at()),
        detection.path(),
        detection.signature(),
        words.cause(detection),
        text(Duration.ofNanos(detection.answer().tookNanos())));
    out.print(summary);
    out.flush();
  }

  private void paint(Engine engine) {
    while (true) {
      Map<String, Object> status = engine.status();
      synchronized (this) {
        erase();
        summary = Terminal.dim(StatusText.oneLine(new JsonObject(status), Terminal.columns() - 1));
        out.print(summary);
        out.flush();
      }
      try {
        TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void erase() {
    if (terminal) {
      out.print("\r\033[K");
    }
  }

  static String text(Duration took) {
    double millis = took.toNanos() / 1e6;
    return millis < 100
        ? String.format(Locale.ROOT, "%.1f ms", millis)
        : String.format(Locale.ROOT, "%.0f ms", millis);
  }
}
