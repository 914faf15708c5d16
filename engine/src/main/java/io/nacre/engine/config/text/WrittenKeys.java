package io.nacre.engine.config.text;

import io.nacre.engine.config.text.Value.Field;
import io.nacre.engine.config.text.Value.Part;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The keys that files set, and the references to other keys. A key that one file sets twice is a
 * problem: HOCON would silently take the second value.
 */
final class WrittenKeys {

  /** Where a file has a key first. */
  private record First(int line, boolean isBlock) {}

  /** An addition to a key. */
  private record Addition(Path file, int line, String key) {}

  /** A reference to another key. */
  private record Reference(Path file, int line, String key, String name) {}

  private final Set<String> keys = new HashSet<>();
  private final List<Reference> references = new ArrayList<>();
  private final List<Addition> additions = new ArrayList<>();
  private final Consumer<SourceProblem> problems;

  WrittenKeys(Consumer<SourceProblem> problems) {
    this.problems = problems;
  }

  /** Adds the keys of a file that is included in the block {@code above}; may be empty. */
  void add(Path file, Part.Block block, String above) {
    add(file, block, above, new HashMap<>());
  }

  private void add(Path file, Part.Block block, String above, Map<String, First> seen) {
    for (Field field : block.fields()) {
      String key = above;
      for (String name : field.names().subList(0, field.names().size() - 1)) {
        key = below(key, name);
        add(file, field, key, /* isBlock= */ true, seen);
      }
      key = below(key, field.names().get(field.names().size() - 1));
      add(file, field, key, field.value().isBlock(), seen);
      if (field.isAdded()) {
        additions.add(new Addition(file, field.line(), key));
      }
      add(file, field.value(), key, seen);
    }
  }

  private static String below(String above, String name) {
    return above.isEmpty() ? name : above + "." + name;
  }

  private void add(Path file, Field field, String key, boolean isBlock, Map<String, First> seen) {
    keys.add(key);
    First first = seen.putIfAbsent(key, new First(field.line(), isBlock));
    if (first == null || (first.isBlock() && isBlock) || (field.isAdded() && !first.isBlock())) {
      return;
    }
    problems.accept(
        new SourceProblem(
            file,
            field.line(),
            key,
            first.line() == field.line()
                ? "is on this line twice; keep one of the two"
                : "is on line " + first.line() + " already; keep one of the two"));
  }

  private void add(Path file, Value value, String key, Map<String, First> seen) {
    for (Part part : value.parts()) {
      if (part instanceof Part.Block block) {
        add(file, block, key, value.isBlock() ? seen : new HashMap<>());
      } else if (part instanceof Part.Items items) {
        items.elements().forEach(element -> add(file, element, key, new HashMap<>()));
      } else if (part instanceof Part.Reference reference) {
        references.add(new Reference(file, reference.line(), key, reference.name()));
      }
    }
  }

  /** Refuses each addition to a key that is no list. */
  void refuseAdditions(Set<String> scalars) {
    for (Addition addition : additions) {
      if (scalars.contains(addition.key())) {
        problems.accept(
            new SourceProblem(
                addition.file(),
                addition.line(),
                addition.key(),
                "+= adds to a list, and this is none"));
      }
    }
  }

  /** Refuses each reference to a key that neither a file nor {@code defaults} has. */
  void refuseUndefined(Set<String> defaults) {
    for (Reference reference : references) {
      String name = reference.name();
      if (!keys.contains(name) && !defaults.contains(name)) {
        problems.accept(
            new SourceProblem(
                reference.file(),
                reference.line(),
                reference.key(),
                "${"
                    + name
                    + "} is no key of this configuration; the environment is not read, so write the"
                    + " value itself"));
      }
    }
  }
}
