package io.nacre.engine.clamdconf;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** The result of one clamd.conf, collected: keys of Nacre's configuration, notes and problems. */
final class Translation {

  private record Note(int line, String text) {}

  private final ClamdConf conf;
  private final Consumer<String> problems;
  private final List<Note> notes = new ArrayList<>();
  private Config config = ConfigFactory.empty();

  Translation(ClamdConf conf, Consumer<String> problems) {
    this.conf = conf;
    this.problems = problems;
  }

  ClamdConf conf() {
    return conf;
  }

  /** Returns {@code value}, which may contain such values, with the origin of a setting. */
  ConfigValue value(Setting setting, Object value) {
    return ConfigValueFactory.fromAnyRef(value).withOrigin(SettingOrigin.of(setting));
  }

  /** Sets {@code key}. */
  void put(String key, ConfigValue value) {
    config = config.withValue(key, value);
  }

  /** Sets {@code key} to the value of a setting, and adds a note. */
  void set(String key, Setting setting, Object value) {
    put(key, value(setting, value));
    note(setting, key + " = " + value);
  }

  /** Sets {@code key} to the default of {@code option}, which is not set. */
  void putDefault(String key, String option, Object value) {
    put(
        key,
        ConfigValueFactory.fromAnyRef(value).withOrigin(SettingOrigin.of(conf.file(), option)));
  }

  /** Adds a note about the meaning of a setting. */
  void note(Setting setting, String text) {
    notes.add(new Note(setting.line(), setting.where() + ": " + setting.option() + ": " + text));
  }

  /** Adds a note about the file as a whole. */
  void note(String text) {
    notes.add(new Note(Integer.MAX_VALUE, conf.file() + ": " + text));
  }

  /** Adds a problem of a setting. */
  void problem(Setting setting, String text) {
    problems.accept(setting.where() + ": " + setting.option() + ": " + text);
  }

  Config config() {
    Path file = conf.file();
    return config.root().withOrigin(ConfigOriginFactory.newFile(file.toString())).toConfig();
  }

  /** Returns every note, in the order of the lines. */
  List<String> notes() {
    return notes.stream().sorted(Comparator.comparingInt(Note::line)).map(Note::text).toList();
  }
}
