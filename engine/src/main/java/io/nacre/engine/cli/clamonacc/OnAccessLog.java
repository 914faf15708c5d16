package io.nacre.engine.cli.clamonacc;

import io.nacre.engine.detection.record.ActionResult;
import io.nacre.engine.detection.record.Detection;
import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.detection.record.DetectionText;
import io.nacre.engine.log.Printable;
import java.io.IOException;
import java.io.PrintStream;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The messages of clamonacc, in its words and at its places, so that log watchers still find them.
 * May be used from any thread.
 */
final class OnAccessLog implements Consumer<DetectionRecord> {
  /** As clamd writes it with LogTime. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEE MMM d HH:mm:ss yyyy", Locale.ROOT);

  /**
   * The style of the messages.
   *
   * @param time whether each line begins with the time
   * @param opener whether a detection names the opener
   * @param infectedOnly whether only detections are printed
   */
  record Manner(boolean time, boolean opener, boolean infectedOnly) {}

  private final Manner manner;
  private final Optional<LogFile> file;
  private final Optional<PrintStream> terminal;
  private final DetectionText text = new DetectionText();

  /**
   * A log to {@code file} and {@code terminal}, as far as there are.
   *
   * @param terminal must never block its caller
   */
  OnAccessLog(Manner manner, Optional<LogFile> file, Optional<PrintStream> terminal) {
    this.manner = manner;
    this.file = file;
    this.terminal = terminal;
  }

  @Override
  public void accept(DetectionRecord record) {
    Detection detection = record.detection();
    String opener = manner.opener() ? " (" + text.cause(detection) + ")" : "";
    write(detection.path() + ": " + detection.signature() + " FOUND" + opener);
    action(detection.path(), record.action()).ifPresent(this::write);
  }

  /** Writes a line that is no detection. */
  void say(String line) {
    if (!manner.infectedOnly()) {
      write(line);
    }
  }

  /** Returns the line about the action on a file, if there was one. */
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

  /** The path goes between quotes; a note behind it does not. */
  private static String quoted(String detail) {
    int end = detail.indexOf("; ");
    return end < 0
        ? "'" + detail + "'"
        : "'" + detail.substring(0, end) + "'" + detail.substring(end);
  }

  private void write(String line) {
    String safe = Printable.line(line);
    String text =
        manner.time()
            ? LocalDateTime.now(ZoneId.systemDefault()).format(TIME) + " -> " + safe
            : safe;
    terminal.ifPresent(out -> out.println(text));
    if (file.isPresent()) {
      try {
        file.get().write(text);
      } catch (IOException e) {
        System.err.println("nacre: the log file cannot be written: " + e.getMessage());
      }
    }
  }

  /** Continues in a new log file, after the old one was renamed. */
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
