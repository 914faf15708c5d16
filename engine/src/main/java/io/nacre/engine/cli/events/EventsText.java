package io.nacre.engine.cli.events;

import io.nacre.engine.cli.terminal.Terminal;
import io.nacre.engine.json.JsonObject;
import io.nacre.engine.log.Printable;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * A stored record on one line of text. The engine stores printable values; a value with control
 * characters was written by another program, and is made printable here.
 */
final class EventsText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

  /** As wide as {@code allowed unscanned}. */
  private static final int OUTCOME = 17;

  /** Grows with the signatures, so that the file names stay aligned. */
  private int signature = 20;

  private static final int WIDEST = 48;

  /** Returns the line of {@code nacre events} for {@code event}. */
  String line(JsonObject event) {
    String found = text(event, "rule.name", "?");
    signature = Math.max(signature, Math.min(found.length(), WIDEST));
    String outcome = text(event, "nacre.outcome", "?");
    String padded = pad(outcome, OUTCOME);
    return Terminal.dim(TIME.format(Instant.parse(event.getString("@timestamp"))))
        + "  "
        + (outcome.equals("allowed unscanned") ? Terminal.red(padded) : padded)
        + "  "
        + pad(found, signature)
        + "  "
        + text(event, "file.path", "?")
        + "  "
        + cause(event)
        + action(event);
  }

  /** {@code opened by cat (pid 12, user bob)}. */
  private static String cause(JsonObject event) {
    String access = text(event, "event.action", "").replace('-', ' ');
    if (!event.has("process.pid")) {
      return access;
    }
    String user = text(event, "user.name", text(event, "user.id", ""));
    return access
        + " by "
        + text(event, "process.name", "a process that is gone")
        + " (pid "
        + event.getLong("process.pid")
        + (user.isEmpty() ? "" : ", user " + user)
        + ")";
  }

  private static String action(JsonObject event) {
    String result = text(event, "nacre.action.result", "none");
    String detail = text(event, "nacre.action.detail", "");
    return switch (result) {
      case "none" -> "";
      case "removed" -> "; removed";
      case "failed" -> "; left where it is: " + detail;
      default -> "; " + result + " to " + detail;
    };
  }

  private static String text(JsonObject event, String key, String otherwise) {
    if (!event.has(key)) {
      return otherwise;
    }
    String text = event.getString(key);
    return text.chars().anyMatch(Character::isISOControl) ? Printable.of(text) : text;
  }

  private static String pad(String text, int width) {
    return String.format(Locale.ROOT, "%-" + width + "s", text);
  }
}
