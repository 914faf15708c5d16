package io.nacre.engine.config.text;

import io.nacre.engine.config.text.Value.Field;
import io.nacre.engine.config.text.Value.Include;
import io.nacre.engine.config.text.Value.Part;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The texts of a configuration: of each file, and of the files that it includes. Each file is read
 * once, so that the text that was checked is the text that counts.
 */
public final class SourceFiles {
  private static final int INCLUDES_MAX = 20;

  private final Map<Path, String> texts = new HashMap<>();
  private final List<SourceProblem> problems = new ArrayList<>();
  private final WrittenKeys keys = new WrittenKeys(problems::add);
  private final Deque<Path> including = new ArrayDeque<>();
  private boolean hasKeys;

  /** Reads {@code file}, with all files that it includes. */
  public void add(Path file) {
    Path path = file.toAbsolutePath().normalize();
    try {
      add(path, SourceFile.read(file), "");
    } catch (SourceFile.LineException e) {
      problem(path, e.line(), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      problem(file, 0, String.valueOf(e.getMessage()));
    }
  }

  /** Reads {@code text}, which {@code origin} names in messages; it can include nothing. */
  public void addText(String text, String origin) {
    add(Path.of(origin), text, "");
  }

  private void add(Path path, String text, String above) {
    texts.put(path.toAbsolutePath().normalize(), text);
    including.push(path);
    try {
      Part.Block block = HoconParser.parse(text, (line, problem) -> problem(path, line, problem));
      hasKeys |= !block.fields().isEmpty();
      keys.add(path, block, above);
      addIncludes(path, block, above);
    } catch (SyntaxException e) {
      hasKeys = true;
      problem(path, e.line(), String.valueOf(e.getMessage()));
    } finally {
      including.pop();
    }
  }

  private void addIncludes(Path path, Part.Block block, String above) {
    block.includes().forEach(include -> add(path, include, above));
    for (Field field : block.fields()) {
      String names = String.join(".", field.names());
      String key = above.isEmpty() ? names : above + "." + names;
      addIncludes(path, field.value(), key);
    }
  }

  private void addIncludes(Path path, Value value, String key) {
    for (Part part : value.parts()) {
      if (part instanceof Part.Block inner) {
        addIncludes(path, inner, key);
      } else if (part instanceof Part.Items items) {
        items.elements().forEach(element -> addIncludes(path, element, key));
      }
    }
  }

  private void add(Path path, Include include, String above) {
    if (!include.kind().equals("file") || include.target().contains("://")) {
      problem(
          path, include.line(), "include of " + include.target() + ": only files can be included");
      return;
    }
    try {
      Path target = resolve(path, include.target());
      if (including.contains(target) || including.size() >= INCLUDES_MAX) {
        problem(path, include.line(), "include of " + target + ": the file includes itself");
      } else {
        add(target, SourceFile.read(target), above);
      }
    } catch (SourceFile.LineException e) {
      problem(resolve(path, include.target()), e.line(), String.valueOf(e.getMessage()));
    } catch (InvalidPathException e) {
      problem(path, include.line(), "include of " + include.target() + ": is no path");
    } catch (IOException e) {
      problem(
          path,
          include.line(),
          "include of " + resolve(path, include.target()) + ": the file " + e.getMessage());
    }
  }

  /** Returns the file that {@code target} means in an include of {@code file}. */
  public static Path resolve(Path file, String target) {
    return file.toAbsolutePath().resolveSibling(target).normalize();
  }

  /** Returns the files that were read, those that others include among them. */
  public Set<Path> paths() {
    return Set.copyOf(texts.keySet());
  }

  /** Returns the text of {@code file}; empty if it could not be read. */
  public Optional<String> text(Path file) {
    return Optional.ofNullable(texts.get(file.toAbsolutePath().normalize()));
  }

  /** Returns whether any file sets a key. */
  public boolean hasKeys() {
    return hasKeys;
  }

  /** Adds a problem for each reference to a key that neither a file nor {@code defaults} has. */
  public void refuseUndefined(Set<String> defaults) {
    keys.refuseUndefined(defaults);
  }

  /** Adds a problem for each {@code +=} to one of {@code scalars}. */
  public void refuseAdditions(Set<String> scalars) {
    keys.refuseAdditions(scalars);
  }

  /** Returns the problems found so far. */
  public List<SourceProblem> problems() {
    return List.copyOf(problems);
  }

  private void problem(Path file, int line, String text) {
    problems.add(new SourceProblem(file, line, "", text));
  }
}
