package io.nacre.engine.language;

import io.nacre.engine.language.Part.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The list {@code banned-words.txt}, and where a file goes against it. */
final class BannedWords {
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z_0-9]*");
  private static final Pattern HUMPS =
      Pattern.compile("_|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");
  private static final Pattern DECLARATION =
      Pattern.compile("\\b(?:class|interface|record|enum)\\s+(?<name>[A-Z][A-Za-z0-9]*)");
  private static final String BETWEEN = "[\\s-]+(?:\\w+[\\s-]+){0,3}?";

  /** A banned form as it is written in the list, and what to write instead. */
  private final Map<String, String> words = new HashMap<>();

  private final Map<String, String> names = new HashMap<>();
  private final Set<String> allowed = new HashSet<>();
  private final Pattern anyWord;

  private BannedWords(List<String> lines) {
    String section = "";
    for (String line : lines) {
      if (line.startsWith("[")) {
        section = line;
      } else if (!line.isBlank() && !line.startsWith("#")) {
        add(section, line);
      }
    }
    String forms =
        words.keySet().stream().map(BannedWords::pattern).collect(Collectors.joining("|"));
    anyWord = Pattern.compile("(?i)(?<![\\w@])(?:" + forms + ")(?!\\w)");
  }

  private void add(String section, String line) {
    if (section.equals("[allowed]")) {
      allowed.add(line.strip());
      return;
    }
    String[] sides = line.split("→", 2);
    if (sides.length < 2) {
      throw new IllegalArgumentException("neither a section nor OLD → INSTEAD: " + line);
    }
    for (String form : sides[0].split(",", -1)) {
      (section.equals("[names]") ? names : words).put(form.strip(), sides[1].strip());
    }
  }

  /** Reads the list that lies beside this class. */
  static BannedWords read() throws IOException {
    try (InputStream list = BannedWords.class.getResourceAsStream("banned-words.txt")) {
      String text = new String(Objects.requireNonNull(list).readAllBytes(), StandardCharsets.UTF_8);
      return new BannedWords(text.lines().toList());
    }
  }

  /** Returns a line "LINE: WORD → INSTEAD" for each place in {@code parts} that goes against it. */
  List<String> findings(List<Part> parts) {
    List<String> findings = new ArrayList<>();
    for (Part part : parts) {
      if (part.kind() == Kind.PROSE || part.kind() == Kind.LITERAL) {
        addPhrases(findings, part);
      } else if (part.kind() == Kind.CODE) {
        addHumps(findings, part);
        addNames(findings, part, DECLARATION.matcher(part.text()), "name");
      } else {
        addNames(findings, part, IDENTIFIER.matcher(part.text()), "");
      }
    }
    return findings;
  }

  private void addPhrases(List<String> findings, Part part) {
    if (allowed.contains(part.text())) {
      return;
    }
    Matcher found = anyWord.matcher(part.text());
    while (found.find()) {
      String phrase = found.group().replaceAll("[\\s-]+", " ");
      findings.add(line(part, found.start(), phrase, insteadOf(phrase)));
    }
  }

  private String insteadOf(String phrase) {
    return words.entrySet().stream()
        .filter(entry -> Pattern.matches("(?i)" + pattern(entry.getKey()), phrase))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow();
  }

  private void addHumps(List<String> findings, Part part) {
    for (MatchResult name : IDENTIFIER.matcher(part.text()).results().toList()) {
      if (!allowed.contains(name.group())) {
        for (String hump : HUMPS.split(name.group(), 0)) {
          String instead = words.get(hump.toLowerCase(Locale.ROOT));
          if (instead != null) {
            findings.add(line(part, name.start(), name.group(), instead));
          }
        }
      }
    }
  }

  private void addNames(List<String> findings, Part part, Matcher found, String group) {
    while (found.find()) {
      String name = group.isEmpty() ? found.group() : found.group(group);
      String instead = names.get(name);
      if (instead != null) {
        findings.add(line(part, found.start(), name, instead));
      }
    }
  }

  private static String line(Part part, int index, String found, String instead) {
    return part.lineOf(index) + ": " + found + " → " + instead;
  }

  /** Words of a form may be on two lines, or joined by a hyphen. */
  private static String pattern(String form) {
    return form.replace(" ... ", BETWEEN).replace(" ", "[\\s-]+");
  }
}
