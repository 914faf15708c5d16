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

/** Collects what the settings of one clamd.conf become: keys of Nacre's, notes and problems. */
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

  /** Returns {@code value}, which may hold other such values, as one that comes from a setting. */
  ConfigValue value(Setting setting, Object value) {
    return ConfigValueFactory.fromAnyRef(value).withOrigin(SettingOrigin.of(setting));
  }

  /** Gives {@code key} a value. */
  void put(String key, ConfigValue value) {
    config = config.withValue(key, value);
  }

  /** Gives {@code key} the value that a setting means, and says so. */
  void set(String key, Setting setting, Object value) {
    put(key, value(setting, value));
    note(setting, key + " = " + value);
  }

  /** Gives {@code key} the value that it has because {@code option} is not set. */
  void putDefault(String key, String option, Object value) {
    put(
        key,
        ConfigValueFactory.fromAnyRef(value).withOrigin(SettingOrigin.of(conf.file(), option)));
  }

  /** Says how a setting was understood. */
  void note(Setting setting, String text) {
    notes.add(new Note(setting.line(), setting.where() + ": " + setting.option() + ": " + text));
  }

  /** Says something about the file as a whole. */
  void note(String text) {
    notes.add(new Note(Integer.MAX_VALUE, conf.file() + ": " + text));
  }

  /** Says what is wrong with a setting. */
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
