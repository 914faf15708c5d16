package io.nacre.engine.cli.clamonacc;

import io.nacre.engine.detection.record.ActionResult;
import io.nacre.engine.detection.record.Detection;
import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.detection.record.DetectionText;
import java.io.IOException;
import java.io.PrintStream;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What clamonacc says, in its words and to where it says it, so that whoever watches its log goes
 * on to find what he looks for. May be used from any thread.
 */
final class OnAccessLog implements Consumer<DetectionRecord> {
  /** As clamd writes it with LogTime. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEE MMM d HH:mm:ss yyyy", Locale.ROOT);

  /**
   * What is said.
   *
   * @param time whether each line begins with the time
   * @param opener whether it is said who opened what was found
   * @param infectedOnly whether only what was found is said
   */
  record Manner(boolean time, boolean opener, boolean infectedOnly) {}

  private final Manner manner;
  private final Optional<LogFile> file;
  private final Optional<PrintStream> terminal;
  private final DetectionText text = new DetectionText();

  /**
   * One that says it to {@code file} and {@code terminal}, as far as there are.
   *
   * @param terminal may hold nobody up
   */
  OnAccessLog(Manner manner, Optional<LogFile> file, Optional<PrintStream> terminal) {
    this.manner = manner;
    this.file = file;
    this.terminal = terminal;
  }

  @Override
  public void accept(DetectionRecord record) {
    Detection detection = record.detection();
    String who = manner.opener() ? " (" + text.cause(detection) + ")" : "";
    write(detection.path() + ": " + detection.signature() + " FOUND" + who);
    action(detection.path(), record.action()).ifPresent(this::write);
  }

  /** Says something that is no detection. */
  void say(String line) {
    if (!manner.infectedOnly()) {
      write(line);
    }
  }

  /** Returns what became of a file, if anything was to. */
  static Optional<String> action(String path, ActionResult result) {
    return switch (result.kind()) {
      case NONE -> Optional.empty();
      case MOVED -> Optional.of(path + ": moved to " + quoted(result.detail()));
      case COPIED -> Optional.of(path + ": copied to " + quoted(result.detail()));
      case REMOVED -> Optional.of(path + ": Removed.");
      case FAILED ->
          Optional.of("ERROR: Can't move, copy or remove file '" + path + "': " + result.detail());
    };
  }

  /** Where it is goes between quotes; what else is to be known does not. */
  private static String quoted(String detail) {
    int end = detail.indexOf("; ");
    return end < 0
        ? "'" + detail + "'"
        : "'" + detail.substring(0, end) + "'" + detail.substring(end);
  }

  private void write(String line) {
    String whole =
        manner.time()
            ? LocalDateTime.now(ZoneId.systemDefault()).format(TIME) + " -> " + line
            : line;
    terminal.ifPresent(out -> out.println(whole));
    if (file.isPresent()) {
      try {
        file.get().write(whole);
      } catch (IOException e) {
        System.err.println("nacre: the log file cannot be written: " + e.getMessage());
      }
    }
  }

  /** Goes on in a new log file, after the old one was renamed. */
  void reopen() {
    if (file.isPresent()) {
      try {
        file.get().reopen();
      } catch (IOException e) {
        System.err.println("nacre: the log file cannot be opened again: " + e.getMessage());
      }
    }
  }
}
