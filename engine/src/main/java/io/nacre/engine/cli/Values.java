package io.nacre.engine.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import java.util.Map;

/** Status values of this process in the form in which another process gets them. */
final class Values {

  private Values() {}

  static Config of(Map<String, ?> values) {
    return ConfigValueFactory.fromMap(values).toConfig();
  }
}
