package io.nacre.engine.clamdconf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A file with one directory in each line, as for {@code --watch-list} and {@code --exclude-list}. A
 * line is an absolute path or blank. A carriage return before the newline, and a missing newline at
 * the end, have no meaning. A blank at the end of a name belongs to it.
 */
final class ListFile {
  private static final int FILE_MAX_MIB = 64;

  private ListFile() {}

  /**
   * Returns each line of {@code file} as a setting of {@code option}.
   *
   * @param problems receives each wrong line as {@code file:line: problem}, and a file that cannot
   *     be read
   */
  static List<Setting> read(Path file, String option, Consumer<String> problems) {
    try {
      return parse(file, text(WholeFile.read(file, FILE_MAX_MIB)), option, problems);
    } catch (CharacterCodingException e) {
      problems.accept(file + ": is not UTF-8");
    } catch (IOException e) {
      problems.accept(file + ": " + e.getMessage());
    }
    return List.of();
  }

  private static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static List<Setting> parse(
      Path file, String text, String option, Consumer<String> problems) {
    List<Setting> settings = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String path = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
      if (path.isBlank()) {
        continue;
      }
      Setting setting = new Setting(option, path, file, number);
      if (path.indexOf('\0') >= 0) {
        problems.accept(setting.where() + ": holds a NUL, which no path does");
      } else if (!path.startsWith("/")) {
        problems.accept(setting.where() + ": " + path + " is no absolute path; write all of it");
      } else {
        settings.add(setting);
      }
    }
    return settings;
  }
}
