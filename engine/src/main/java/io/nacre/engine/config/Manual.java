package io.nacre.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The text of {@code reference.conf}: all keys with their meaning and their default. */
final class Manual {
  private static final String RESOURCE = "/io/nacre/engine/reference.conf";

  private Manual() {}

  static String text() {
    try (InputStream in = Objects.requireNonNull(Manual.class.getResourceAsStream(RESOURCE))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the paths of the keys whose value is no list. */
  static Set<String> scalars() {
    return ConfigFactory.parseString(text()).entrySet().stream()
        .filter(entry -> entry.getValue().valueType() != ConfigValueType.LIST)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** Returns the paths of all keys, in the order of the text. */
  static List<String> keys() {
    Config manual = ConfigFactory.parseString(text());
    return manual.entrySet().stream()
        .sorted(Comparator.comparingInt(entry -> entry.getValue().origin().lineNumber()))
        .map(Map.Entry::getKey)
        .toList();
  }
}
