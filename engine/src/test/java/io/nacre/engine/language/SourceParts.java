package io.nacre.engine.language;

import io.nacre.engine.language.Part.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The cutting of files into comments, string literals, code and code spans. */
final class SourceParts {
  private static final Pattern TOKENS =
      Pattern.compile(
          "(?<comment>/\\*(?s:.*?)\\*/|(?://[^\\n]*(?:\\n[ \\t]*(?=//))?)+)"
              + "|(?<literal>\"\"\"(?s:.*?)(?<!\\\\)\"\"\"|\"(?:[^\"\\\\\\n]++|\\\\.)*+\")"
              + "|'(?:\\\\.|[^'\\\\])+'");

  /** The stars and slashes at the beginning of a comment's lines. */
  private static final Pattern LINE_STARTS = Pattern.compile("(?m)^[ \\t]*(?:/\\*+|\\*|//)");

  private static final Pattern JAVADOC_SPAN =
      Pattern.compile("\\{@(?:code|link|linkplain|literal)\\s(?<name>[^{}]*)\\}");

  private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```|^~~~.*?^~~~");
  private static final Pattern MARKDOWN_SPAN = Pattern.compile("`(?<name>[^`]+)`");

  private SourceParts() {}

  /** Cuts Java source. */
  static List<Part> ofJava(String source) {
    List<Part> parts = new ArrayList<>();
    Matcher token = TOKENS.matcher(source);
    int end = 0;
    while (token.find()) {
      add(parts, Kind.CODE, source, end, token.start());
      end = token.end();
      if (token.group("comment") != null) {
        String comment = LINE_STARTS.matcher(token.group()).replaceAll(SourceParts::blanks);
        addProse(parts, comment, lineAt(source, token.start()), JAVADOC_SPAN);
      } else if (token.group("literal") != null) {
        add(parts, Kind.LITERAL, source, token.start(), end);
      }
    }
    add(parts, Kind.CODE, source, end, source.length());
    return parts;
  }

  /** Cuts a document in Markdown, whose fenced examples are read as prose. */
  static List<Part> ofMarkdown(String source) {
    List<Part> parts = new ArrayList<>();
    Matcher fence = FENCE.matcher(source);
    int end = 0;
    while (fence.find()) {
      addProse(parts, source.substring(end, fence.start()), lineAt(source, end), MARKDOWN_SPAN);
      add(parts, Kind.PROSE, source, fence.start(), fence.end());
      end = fence.end();
    }
    addProse(parts, source.substring(end), lineAt(source, end), MARKDOWN_SPAN);
    return parts;
  }

  /** Takes a configuration or a script as a whole. */
  static List<Part> ofText(String source) {
    return List.of(new Part(Kind.PROSE, 1, source));
  }

  private static void addProse(List<Part> parts, String text, int line, Pattern spans) {
    Part all = new Part(Kind.PROSE, line, text);
    Matcher span = spans.matcher(text);
    while (span.find()) {
      parts.add(new Part(Kind.SPAN, all.lineOf(span.start()), span.group("name")));
    }
    parts.add(new Part(Kind.PROSE, line, span.replaceAll(SourceParts::blanks)));
  }

  private static void add(List<Part> parts, Kind kind, String source, int start, int end) {
    if (start < end) {
      parts.add(new Part(kind, lineAt(source, start), source.substring(start, end)));
    }
  }

  /** Returns as many blanks as were matched, with the line breaks between. */
  private static String blanks(MatchResult match) {
    return match.group().replaceAll("[^\\n]", " ");
  }

  private static int lineAt(String source, int index) {
    return 1 + (int) source.substring(0, index).chars().filter(c -> c == '\n').count();
  }
}
