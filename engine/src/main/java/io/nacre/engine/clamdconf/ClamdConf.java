package io.nacre.engine.clamdconf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The settings of a clamd.conf, each of a known option and of its type.
 *
 * <p>A line is a name, blanks and a value without trailing blanks, which may have double quotes. A
 * {@code #} begins a comment. Between quotes it is a character of the value, which clamd and
 * clamonacc cannot express. A carriage return at the end of a line has no meaning. Lines are UTF-8;
 * comments need not be.
 */
public final class ClamdConf {
  private static final int FILE_MAX_MIB = 4;
  private static final int LINE_MAX = 64 << 10;
  private static final String EXAMPLE = "Example";

  private final Path file;
  private final List<Setting> settings = new ArrayList<>();
  private final List<Setting> cut = new ArrayList<>();

  private ClamdConf(Path file) {
    this.file = file;
  }

  /**
   * Reads {@code file}.
   *
   * @param problems receives each wrong line as {@code file:line: problem}, and a file that cannot
   *     be read; the settings are then incomplete
   */
  public static ClamdConf read(Path file, Consumer<String> problems) {
    ClamdConf conf = new ClamdConf(file);
    try {
      conf.read(WholeFile.read(file, FILE_MAX_MIB), problems);
    } catch (IOException e) {
      problems.accept(file + ": " + e.getMessage());
    }
    return conf;
  }

  Path file() {
    return file;
  }

  /** Adds settings from another file, behind all others. */
  void add(List<Setting> others) {
    settings.addAll(others);
  }

  /** Returns every setting, in the order of the file. */
  List<Setting> settings() {
    return settings;
  }

  /** Returns the settings whose value ends at a comment without a blank. */
  List<Setting> cut() {
    return cut;
  }

  /** Returns the settings of one option. */
  Stream<Setting> all(String option) {
    return settings.stream().filter(setting -> setting.option().equals(option));
  }

  /** Returns the effective setting of an option with one value: the first, as for clamd. */
  Optional<Setting> first(String option) {
    return all(option).findFirst();
  }

  private void read(byte[] bytes, Consumer<String> problems) {
    int line = 1;
    for (int start = 0; start < bytes.length; line++) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      try {
        read(bytes, start, end, line);
      } catch (IllegalArgumentException e) {
        problems.accept(file + ":" + line + ": " + e.getMessage());
      }
      start = end + 1;
    }
  }

  private void read(byte[] bytes, int start, int end, int line) {
    if (end - start > LINE_MAX) {
      throw new IllegalArgumentException("a line has at most " + LINE_MAX + " bytes");
    }
    ConfLine parsed = ConfLine.parse(text(bytes, start, end));
    if (parsed.name().isEmpty()) {
      return;
    }
    if (parsed.name().equals(EXAMPLE)) {
      throw new IllegalArgumentException(
          "Example: the file is as it was delivered; edit it, and take this line away");
    }
    OptionType type = ClamdOptions.typeOrThrow(parsed.name());
    String value =
        parsed
            .value()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        parsed.name()
                            + ": has no value; it is written: "
                            + parsed.name()
                            + " VALUE"));
    if (!type.accepts(value)) {
      throw new IllegalArgumentException(
          parsed.name() + ": " + type.rule() + ", not " + ConfLine.printable(value));
    }
    Setting setting = new Setting(parsed.name(), value, file, line);
    settings.add(setting);
    if (parsed.isCut()) {
      cut.add(setting);
    }
  }

  /** Decodes a line; a comment may have any bytes, the part in front of it must be UTF-8. */
  private static String text(byte[] bytes, int start, int end) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, start, end - start))
          .toString();
    } catch (CharacterCodingException e) {
      String rough = new String(bytes, start, end - start, StandardCharsets.UTF_8);
      int comment = ConfLine.comment(rough);
      if (rough.substring(0, comment).indexOf('\ufffd') >= 0) {
        throw new IllegalArgumentException("is not UTF-8", e);
      }
      return rough.substring(0, comment);
    }
  }
}
