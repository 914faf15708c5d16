package io.nacre.engine.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A JSON object with typed access to its members.
 *
 * <p>A path with dots leads into inner objects: {@code answers.total}. A member whose name has a
 * dot is reached through {@link #values}. A getter throws {@link IllegalArgumentException} if the
 * member is absent or of another type.
 */
public final class JsonObject {
  private final Map<String, Object> values;

  /**
   * An object with {@code values}: strings, integers, doubles, booleans, lists and maps of them.
   */
  public JsonObject(Map<String, ?> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  /** Returns the members by name. */
  public Map<String, Object> values() {
    return values;
  }

  /** Returns the names of the members. */
  public Set<String> names() {
    return values.keySet();
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** Returns whether there is a member at {@code path}. */
  public boolean has(String path) {
    return find(path).isPresent();
  }

  public String getString(String path) {
    return get(path, JsonObject::asString, "a string");
  }

  public boolean getBoolean(String path) {
    return get(path, value -> as(Boolean.class, value), "true or false");
  }

  public long getLong(String path) {
    return get(path, JsonObject::asLong, "a whole number");
  }

  public int getInt(String path) {
    return get(
        path,
        value -> asLong(value).filter(number -> number == number.intValue()).map(Long::intValue),
        "a number of 32 bits");
  }

  public JsonObject getObject(String path) {
    return get(path, JsonObject::asObject, "an object");
  }

  public List<String> getStrings(String path) {
    return getList(path, JsonObject::asString, "a list of strings");
  }

  public List<JsonObject> getObjects(String path) {
    return getList(path, JsonObject::asObject, "a list of objects");
  }

  private <T> List<T> getList(String path, Function<Object, Optional<T>> as, String expected) {
    List<T> list = new ArrayList<>();
    for (Object element : get(path, value -> as(List.class, value), expected)) {
      list.add(as.apply(element).orElseThrow(() -> isNot(path, expected)));
    }
    return list;
  }

  private <T> T get(String path, Function<Object, Optional<T>> as, String expected) {
    Object value = find(path).orElseThrow(() -> new IllegalArgumentException(path + " is missing"));
    return as.apply(value).orElseThrow(() -> isNot(path, expected));
  }

  private static IllegalArgumentException isNot(String path, String expected) {
    return new IllegalArgumentException(path + " is not " + expected);
  }

  private Optional<Object> find(String path) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      return Optional.ofNullable(values.get(path));
    }
    return Optional.ofNullable(values.get(path.substring(0, dot)))
        .flatMap(JsonObject::asObject)
        .flatMap(inner -> inner.find(path.substring(dot + 1)));
  }

  private static Optional<String> asString(Object value) {
    return as(String.class, value);
  }

  private static Optional<Long> asLong(Object value) {
    return value instanceof Integer || value instanceof Long
        ? Optional.of(((Number) value).longValue())
        : Optional.empty();
  }

  @SuppressWarnings("unchecked") // the names of members are strings
  private static Optional<JsonObject> asObject(Object value) {
    return as(Map.class, value).map(members -> new JsonObject((Map<String, ?>) members));
  }

  private static <T> Optional<T> as(Class<T> type, Object value) {
    return type.isInstance(value) ? Optional.of(type.cast(value)) : Optional.empty();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JsonObject object && object.values.equals(values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return Json.write(values);
  }
}
