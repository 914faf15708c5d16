package io.nacre.engine.json;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValueFactory;
import java.util.Map;
import java.util.Optional;

/** JSON on one line, by the configuration library, which reads and writes it. */
public final class Json {

  private static final int DEEPEST = 64;

  private Json() {}

  /** Returns {@code values} as one line of JSON. */
  public static String write(Map<String, ?> values) {
    return ConfigValueFactory.fromMap(values).render(ConfigRenderOptions.concise());
  }

  /** Returns {@code values} as JSON for people. */
  public static String writePretty(Config values) {
    return values
        .root()
        .render(ConfigRenderOptions.defaults().setOriginComments(false).setComments(false));
  }

  /** Understands a JSON object; nothing if {@code text} is none, or nested without measure. */
  public static Optional<Config> read(String text) {
    if (depth(text) > DEEPEST) {
      return Optional.empty(); // the parser would run out of stack
    }
    try {
      return Optional.of(
          ConfigFactory.parseString(
              text, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON)));
    } catch (ConfigException e) {
      return Optional.empty();
    }
  }

  /** Brackets in strings count too, which only makes the guess higher. */
  private static int depth(String text) {
    int depth = 0;
    int deepest = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '[' || c == '{') {
        deepest = Math.max(deepest, ++depth);
      } else if (c == ']' || c == '}') {
        depth--;
      }
    }
    return deepest;
  }
}
