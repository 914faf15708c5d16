package io.nacre.engine.config.text;

import java.util.List;

/**
 * The value of a key, or an element of a list, as it is written. HOCON joins parts that stand side
 * by side.
 *
 * @param line the line of its first part
 */
record Value(int line, List<Part> parts) {

  /** A part of a value. */
  sealed interface Part {
    /** Text with or without double quotes. */
    record Text(String text, boolean isQuoted) implements Part {}

    /** {@code ${name}}, or {@code ${?name}}. */
    record Reference(int line, String name) implements Part {}

    /** {@code [a, b]}. */
    record Items(List<Value> elements) implements Part {}

    /** {@code { key = value }}. */
    record Block(List<Field> fields, List<Include> includes) implements Part {
      public Block {
        fields = List.copyOf(fields);
        includes = List.copyOf(includes);
      }
    }
  }

  /**
   * A key with its value.
   *
   * @param names the names of the key between the dots
   * @param isAdded whether the value is added to the one before: {@code +=}
   */
  record Field(int line, List<String> names, boolean isAdded, Value value) {}

  /**
   * An include.
   *
   * @param kind {@code file}, or what else is in front of the parenthesis
   */
  record Include(int line, String kind, String target) {}

  Value {
    parts = List.copyOf(parts);
  }

  /** Returns whether the value is a block, whose keys are merged with those of another one. */
  boolean isBlock() {
    return parts.size() == 1 && parts.get(0) instanceof Part.Block;
  }
}
