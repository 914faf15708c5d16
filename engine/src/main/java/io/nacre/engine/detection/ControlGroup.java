package io.nacre.engine.detection;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The control group of a process, and the container and unit that its path names by convention. */
record ControlGroup(String path) {
  /** Docker, Podman, containerd, CRI-O and Kubernetes name a group after the container. */
  private static final Pattern CONTAINER = Pattern.compile("(?:^|[-:/])([0-9a-f]{64})(?:\\.|/|$)");

  private static final Pattern LXC = Pattern.compile("/lxc(?:\\.payload\\.|/)([^/]+)");
  private static final Pattern MACHINE = Pattern.compile("/machine-([^/]+)\\.scope");

  /** Chooses from the lines of {@code /proc/PID/cgroup}: {@code 0::/a/b}, or the one of systemd. */
  static Optional<ControlGroup> of(List<String> lines) {
    return path(lines, "0::")
        .filter(path -> !path.equals("/"))
        .or(() -> lines.stream().flatMap(line -> systemds(line).stream()).findFirst())
        .or(() -> path(lines, "0::"))
        .map(ControlGroup::new);
  }

  private static Optional<String> path(List<String> lines, String start) {
    return lines.stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()))
        .findFirst();
  }

  /** {@code 1:name=systemd:/a/b}. */
  private static Optional<String> systemds(String line) {
    int name = line.indexOf(":name=systemd:");
    return name < 0 ? Optional.empty() : Optional.of(line.substring(line.indexOf(":/") + 1));
  }

  /** Returns the container, by its id or its name. */
  Optional<String> container() {
    Matcher byId = CONTAINER.matcher(path);
    Optional<String> last = Optional.empty();
    while (byId.find()) {
      last = Optional.of(byId.group(1)); // the innermost
    }
    return last.or(() -> first(LXC)).or(() -> first(MACHINE));
  }

  private Optional<String> first(Pattern pattern) {
    Matcher matcher = pattern.matcher(path);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Returns the innermost service, or else the innermost scope. */
  Optional<String> unit() {
    return innermost(".service").or(() -> innermost(".scope"));
  }

  private Optional<String> innermost(String suffix) {
    String[] names = path.split("/", -1);
    for (int i = names.length - 1; i >= 0; i--) {
      if (names[i].endsWith(suffix)) {
        return Optional.of(names[i]);
      }
    }
    return Optional.empty();
  }
}
