package io.nacre.engine.control;

import io.nacre.engine.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One argument that a command of the control socket takes: its name, its type, its necessity. */
public record Argument(String name, Type type, boolean isRequired) {

  /** The type of an argument. */
  public enum Type {
    TEXT("a text"),
    TEXTS("a list of texts"),
    NUMBER("a whole number of 32 bits");

    private final String text;

    Type(String text) {
      this.text = text;
    }

    private boolean accepts(Object value) {
      return switch (this) {
        case TEXT -> value instanceof String;
        case TEXTS ->
            value instanceof List<?> list && list.stream().allMatch(String.class::isInstance);
        case NUMBER -> value instanceof Long number && number.intValue() == number;
      };
    }
  }

  /** Returns an argument without which the command is refused. */
  public static Argument required(String name, Type type) {
    return new Argument(name, type, /* isRequired= */ true);
  }

  /** Returns an argument that a request may leave out. */
  public static Argument optional(String name, Type type) {
    return new Argument(name, type, /* isRequired= */ false);
  }

  /**
   * Returns why {@code request} is refused: an argument that the command does not take, one that is
   * missing, or one of another type.
   */
  static Optional<String> complaint(List<Argument> arguments, JsonObject request) {
    Stream<String> unknown =
        request.names().stream()
            .filter(name -> !name.equals(ControlCommand.NAME))
            .filter(name -> arguments.stream().noneMatch(taken -> taken.name.equals(name)))
            .map(name -> "the command takes no argument " + name);
    Stream<String> wrong = arguments.stream().flatMap(each -> each.complaint(request).stream());
    return Stream.concat(unknown, wrong).findFirst();
  }

  private Optional<String> complaint(JsonObject request) {
    Object value = request.values().get(name);
    if (value == null) {
      return isRequired ? Optional.of(name + " is missing") : Optional.empty();
    }
    return type.accepts(value) ? Optional.empty() : Optional.of(name + " must be " + type.text);
  }
}
