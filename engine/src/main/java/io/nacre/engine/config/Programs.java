package io.nacre.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads a list of programs, each a path as the kernel shows it in {@code /proc/PID/exe}. */
final class Programs {

  private Programs() {}

  /** Returns the programs that {@code key} lists; each element that is no program is a problem. */
  static List<String> read(Config config, String key, Problems problems) {
    List<String> programs = new ArrayList<>();
    ConfigValue list = config.getValue(key);
    if (list.valueType() != ConfigValueType.LIST) {
      problems.add(list, key, "must be a list of programs: programs += \"/usr/sbin/dropbear\"");
      return programs;
    }
    for (ConfigValue element : config.getList(key)) {
      String wrong = wrong(element);
      if (wrong.isEmpty()) {
        programs.add(String.valueOf(element.unwrapped()));
      } else {
        problems.add(element, key, wrong);
      }
    }
    return programs;
  }

  private static String wrong(ConfigValue element) {
    if (element.valueType() != ConfigValueType.STRING) {
      return "holds paths of programs, as strings";
    }
    String text = String.valueOf(element.unwrapped());
    if (!text.startsWith("/") || text.indexOf('\0') >= 0) {
      return text.replace('\0', '?') + " must be an absolute path";
    }
    if (text.matches(".*[*?\\[].*")) {
      return text + " is a pattern, and only plain paths are understood";
    }
    Path path = Path.of(text);
    if (!path.normalize().toString().equals(text) || path.getFileName() == null) {
      return text + " must be written without . and .. and needless slashes";
    }
    return isDefault(element) ? "" : throughLink(path);
  }

  /** A link would never match: the kernel shows the path of its target. */
  private static String throughLink(Path path) {
    try {
      Path real = path.toRealPath();
      return real.equals(path) ? "" : path + " is a symbolic link; name the program " + real;
    } catch (IOException e) {
      return ""; // need not be installed yet
    }
  }

  /** The defaults are for several distributions, and a path of theirs may be a link on some. */
  private static boolean isDefault(ConfigValue element) {
    return element.origin().resource() != null;
  }
}
