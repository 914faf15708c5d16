package io.nacre.engine.cli.status;

import io.nacre.engine.json.JsonObject;
import io.nacre.engine.log.Printable;
import java.util.ArrayList;
import java.util.List;

/** The reply to {@code explain} as text. */
final class ExplainText {

  private ExplainText() {}

  /** Returns the lines of {@code nacre explain}. */
  static List<String> lines(JsonObject explanation) {
    List<String> lines = new ArrayList<>();
    JsonObject next = explanation.getObject("next-open");
    lines.add(Printable.of(explanation.getString("path")));
    add(lines, "next open", fate(next.getString("fate")) + ": " + next.getString("because"));
    add(lines, "by user", String.valueOf(explanation.getInt("uid")));
    add(lines, "rule", rule(explanation));
    add(lines, "mark", mark(explanation));
    add(lines, "kernel", kernel(explanation));
    add(lines, "cache", cache(explanation.getString("clean")));
    if (explanation.has("infected")) {
      add(lines, "infected", Printable.of(explanation.getString("infected")));
    }
    return lines;
  }

  private static void add(List<String> lines, String name, String text) {
    lines.add(String.format("  %-10s %s", name, text));
  }

  private static String fate(String fate) {
    return fate.equals("unseen") ? "unseen, so allowed" : fate;
  }

  private static String rule(JsonObject explanation) {
    String rule = explanation.getString("rule");
    return explanation.has("include")
        ? rule + " " + Printable.of(explanation.getString("include"))
        : rule;
  }

  private static String mark(JsonObject explanation) {
    List<String> marked = explanation.getStrings("marked");
    return marked.isEmpty() ? "none" : "on its " + String.join(" and its ", marked);
  }

  private static String kernel(JsonObject explanation) {
    if (explanation.getString("kernel-cache").equals("clean")) {
      return "cached as clean: its opens raise no event";
    }
    return explanation.getStrings("marked").isEmpty() || explanation.getBoolean("ignored-directory")
        ? "reports no open"
        : "reports each open";
  }

  private static String cache(String state) {
    return switch (state) {
      case "clean" -> "clean, and not changed since";
      case "changed" -> "was clean, and has changed since";
      case "has-writer" -> "was clean, and a process can write it now";
      case "second-name" -> "caches no file on such a file system that has a second name";
      case "not-cacheable" -> "caches no file on such a file system";
      default -> "has no verdict of it";
    };
  }
}
