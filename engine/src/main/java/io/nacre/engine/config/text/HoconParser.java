package io.nacre.engine.config.text;

import io.nacre.engine.config.text.Value.Field;
import io.nacre.engine.config.text.Value.Include;
import io.nacre.engine.config.text.Value.Part;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * A parser of HOCON that returns every key with its line, and refuses what HOCON accepts with
 * another meaning than it seems to have: text side by side without a comma, and a comment right
 * behind a value.
 */
final class HoconParser {
  private static final int DEPTH_MAX = 50;
  private static final Set<String> KINDS = Set.of("file", "url", "classpath", "required");

  /** A brace or bracket that is not closed yet. */
  private record Open(char bracket, int line, int indentation) {}

  private final Scanner in;
  private final BiConsumer<Integer, String> problems;
  private final Deque<Open> open = new ArrayDeque<>();

  /** Where a closing brace is indented unlike its opening one; empty if nowhere. */
  private String oddIndentation = "";

  private HoconParser(String text, BiConsumer<Integer, String> problems) {
    this.in = new Scanner(text);
    this.problems = problems;
  }

  /**
   * Returns the keys of {@code text}.
   *
   * @param problems receives the line and the text of each problem that does not end the reading
   */
  static Part.Block parse(String text, BiConsumer<Integer, String> problems)
      throws SyntaxException {
    return new HoconParser(text, problems).file();
  }

  private Part.Block file() throws SyntaxException {
    in.skipLines();
    if (in.peek() == '{') {
      Part.Block block = block();
      in.skipLines();
      if (!in.isAtEnd()) {
        throw fail("something is behind the } that closes the whole file");
      }
      return block;
    }
    List<Field> fields = new ArrayList<>();
    List<Include> includes = new ArrayList<>();
    for (; !in.isAtEnd(); in.skipLines()) {
      element(fields, includes);
    }
    return new Part.Block(fields, includes);
  }

  private Part.Block block() throws SyntaxException {
    open('{');
    List<Field> fields = new ArrayList<>();
    List<Include> includes = new ArrayList<>();
    for (in.skipLines(); in.peek() != '}'; in.skipLines()) {
      element(fields, includes);
    }
    close();
    return new Part.Block(fields, includes);
  }

  private Part.Items items() throws SyntaxException {
    open('[');
    List<Value> elements = new ArrayList<>();
    for (in.skipLines(); in.peek() != ']'; in.skipLines()) {
      refuseMisplaced();
      elements.add(value());
      skipComma();
    }
    close();
    return new Part.Items(elements);
  }

  private void element(List<Field> fields, List<Include> includes) throws SyntaxException {
    refuseMisplaced();
    int line = in.line();
    List<String> names = key();
    if (names.equals(List.of("include")) && !isSeparator()) {
      includes.add(include(line));
    } else {
      fields.add(field(line, names));
    }
    skipComma();
  }

  private void skipComma() {
    in.skipLines();
    if (in.peek() == ',') {
      in.skip(1);
    }
  }

  /** Refuses the end of the file and closing brackets, where a key or an element must be. */
  private void refuseMisplaced() throws SyntaxException {
    char next = in.peek();
    if (in.isAtEnd() && open.peek() != null) {
      Open last = open.peek();
      throw new SyntaxException(
          last.line(), "the " + last.bracket() + " opened here is not closed" + oddIndentation);
    }
    if (next == '}' || next == ']') {
      Open last = open.peek();
      throw fail(
          last == null
              ? next + " closes nothing; no " + (next == '}' ? "{" : "[") + " is open here"
              : next + " cannot close the " + last.bracket() + " of line " + last.line());
    }
    if (next == ',') {
      throw fail("nothing is in front of the comma");
    }
  }

  private boolean isSeparator() {
    return "=:{".indexOf(in.peek()) >= 0 || in.startsWith("+=");
  }

  private List<String> key() throws SyntaxException {
    List<String> names = new ArrayList<>();
    do {
      if (in.peek() == '.') {
        in.skip(1);
      }
      String name = in.peek() == '"' ? in.quoted() : in.unquoted(".()");
      if (name.isEmpty()) {
        throw fail(shown(in.peek()) + " is where the name of a key must be");
      }
      names.add(name);
    } while (in.peek() == '.');
    in.skipBlanks();
    return names;
  }

  private Field field(int line, List<String> names) throws SyntaxException {
    String key = String.join(".", names);
    boolean isAdded = in.startsWith("+=");
    if (in.isAtEnd() || in.isAtComment() || "\n,}]".indexOf(in.peek()) >= 0) {
      throw new SyntaxException(line, key + " has no value; it is written: " + key + " = VALUE");
    }
    if (!isSeparator()) {
      throw fail("= is missing behind " + key + "; it is written: " + key + " = VALUE");
    }
    if (in.peek() != '{') {
      in.skip(isAdded ? 2 : 1);
    }
    in.skipLines();
    if (in.line() > line && "[{".indexOf(in.peek()) < 0) {
      throw new SyntaxException(line, key + " has no value on its line");
    }
    Value value = value();
    if (value.parts().isEmpty()) {
      throw new SyntaxException(line, key + " has no value; an empty one is written: \"\"");
    }
    return new Field(line, List.copyOf(names), isAdded, value);
  }

  private Include include(int line) throws SyntaxException {
    String kind = "file";
    int parentheses = 0;
    while (in.peek() != '"') {
      String word = in.unquoted("()");
      if (in.peek() != '(' || !KINDS.contains(word)) {
        throw fail("is no include; it is written: include \"FILE\"");
      }
      kind = word.equals("required") ? kind : word;
      in.skip(1);
      in.skipBlanks();
      parentheses++;
    }
    String target = in.quoted();
    for (; parentheses > 0; parentheses--) {
      in.skipBlanks();
      if (in.peek() != ')') {
        throw fail("a ) is missing behind \"" + target + "\"");
      }
      in.skip(1);
    }
    return new Include(line, kind, target);
  }

  private Value value() throws SyntaxException {
    int line = in.line();
    List<Part> parts = new ArrayList<>();
    boolean isGap = true;
    while (!in.isAtEnd() && ",}]\n".indexOf(in.peek()) < 0) {
      if (in.isAtComment()) {
        refuseComment(isGap, parts);
        break;
      }
      Part part = part();
      if (!parts.isEmpty()) {
        refuseSideBySide(parts.get(parts.size() - 1), part);
      }
      parts.add(part);
      isGap = in.skipBlanks();
    }
    return new Value(line, parts);
  }

  private Part part() throws SyntaxException {
    switch (in.peek()) {
      case '{' -> {
        return block();
      }
      case '[' -> {
        return items();
      }
      case '"' -> {
        return new Part.Text(in.quoted(), /* isQuoted= */ true);
      }
      case '$' -> {
        return reference();
      }
      default -> {
        String text = in.unquoted("");
        if (text.isEmpty()) {
          throw fail(
              in.peek() == '='
                  ? "a second = is on this line; is the line before it complete?"
                  : "a value with " + shown(in.peek()) + " needs double quotes");
        }
        return new Part.Text(text, /* isQuoted= */ false);
      }
    }
  }

  private Part reference() throws SyntaxException {
    int line = in.line();
    if (!in.startsWith("${")) {
      throw fail("a value with $ needs double quotes");
    }
    in.skip(in.startsWith("${?") ? 3 : 2);
    StringBuilder name = new StringBuilder();
    while (in.peek() != '}') {
      if (in.isAtEnd() || in.peek() == '\n') {
        throw new SyntaxException(line, "the ${ opened here is not closed on its line");
      }
      name.append(in.peek());
      in.skip(1);
    }
    in.skip(1);
    return new Part.Reference(line, name.toString().strip());
  }

  /** A comment right behind unquoted text was hardly meant as one: {@code /srv//data}. */
  private void refuseComment(boolean isGap, List<Part> parts) {
    if (!isGap && parts.get(parts.size() - 1) instanceof Part.Text text && !text.isQuoted()) {
      String mark = in.peek() == '#' ? "#" : "//";
      problems.accept(
          in.line(),
          mark
              + " begins a comment behind "
              + text.text()
              + "; write double quotes around the value, or a blank in front of the comment");
    }
  }

  /** HOCON joins what stands side by side, and merges blocks. */
  private void refuseSideBySide(Part before, Part part) {
    boolean areTexts = before instanceof Part.Text && part instanceof Part.Text;
    boolean isQuoted = isQuoted(before) || isQuoted(part);
    boolean areLists = before instanceof Part.Items && part instanceof Part.Items;
    boolean isReference = before instanceof Part.Reference || part instanceof Part.Reference;
    if (areTexts ? isQuoted : !areLists && !isReference) {
      problems.accept(
          in.line(),
          "a comma or a line break is missing between "
              + end(before)
              + " and "
              + beginning(part)
              + (areTexts ? ", or double quotes around both together" : ""));
    }
  }

  private static boolean isQuoted(Part part) {
    return part instanceof Part.Text text && text.isQuoted();
  }

  private static String end(Part part) {
    return part instanceof Part.Block ? "}" : part instanceof Part.Items ? "]" : text(part);
  }

  private static String beginning(Part part) {
    return part instanceof Part.Block ? "{" : part instanceof Part.Items ? "[" : text(part);
  }

  private static String text(Part part) {
    return part instanceof Part.Text text
        ? text.isQuoted() ? "\"" + text.text() + "\"" : text.text()
        : "${…}";
  }

  private void open(char bracket) throws SyntaxException {
    if (open.size() >= DEPTH_MAX) {
      throw fail("is nested too deeply");
    }
    open.push(new Open(bracket, in.line(), in.indentation()));
    in.skip(1);
  }

  private void close() {
    Open opened = open.pop();
    if (oddIndentation.isEmpty()
        && in.isFirstOnLine()
        && in.line() > opened.line()
        && in.indentation() != opened.indentation()) {
      oddIndentation =
          "; perhaps one is missing in front of line "
              + in.line()
              + ", which closes the "
              + opened.bracket()
              + " of line "
              + opened.line();
    }
    in.skip(1);
  }

  private SyntaxException fail(String text) {
    return new SyntaxException(in.line(), text);
  }

  private static String shown(char c) {
    return c == Scanner.END ? "the end of the file" : c == '\n' ? "the end of the line" : "" + c;
  }
}
