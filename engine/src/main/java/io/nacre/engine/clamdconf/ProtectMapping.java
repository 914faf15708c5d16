package io.nacre.engine.clamdconf;

import com.typesafe.config.ConfigValue;
import io.nacre.engine.policy.NamePattern;
import io.nacre.engine.policy.RealPath;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The options for protected paths and their excludes. */
final class ProtectMapping {
  private static final String KEY = "nacre.protect";

  /** A path to protect, with its excludes. */
  private record Root(
      Setting setting,
      String path,
      boolean isMount,
      List<ConfigValue> exclude,
      List<ConfigValue> excludeRegex) {}

  private final Translation to;
  private final boolean isRecursive;
  private final List<Root> roots = new ArrayList<>();

  private ProtectMapping(Translation to) {
    this.to = to;
    this.isRecursive =
        !to.conf()
            .first("OnAccessDisableDDD")
            .flatMap(setting -> OptionType.bool(setting.value()))
            .orElse(false);
  }

  static void translate(Translation to, ExcludeMeaning meaning) {
    ProtectMapping mapping = new ProtectMapping(to);
    to.conf().all("OnAccessIncludePath").forEach(mapping::include);
    to.conf().all(PathLists.INCLUDED).forEach(mapping::include);
    to.conf().all("OnAccessMountPath").forEach(mapping::mount);
    to.conf()
        .all("OnAccessExcludePath")
        .forEach(
            setting -> {
              if (meaning == ExcludeMeaning.REGEX) {
                mapping.excludeRegex(setting);
              } else {
                mapping.excludeExactly(setting);
              }
            });
    to.conf().all(PathLists.EXCLUDED).forEach(mapping::excludeExactly);
    to.conf().first("TemporaryDirectory").ifPresent(mapping::temporaryDirectory);
    to.conf()
        .first("OnAccessDisableDDD")
        .ifPresent(
            setting ->
                to.note(
                    setting,
                    mapping.isRecursive
                        ? "included paths are meant with all below them"
                        : "included paths are meant without the directories below them"));
    mapping.put();
  }

  private void include(Setting setting) {
    roots.add(new Root(setting, setting.value(), false, new ArrayList<>(), new ArrayList<>()));
    to.note(
        setting,
        isRecursive
            ? "with everything below it, also what is mounted there"
            : "the files right in it, and none in directories below, since OnAccessDisableDDD is set");
  }

  private void mount(Setting setting) {
    String point = mountPoint(setting.value());
    roots.add(new Root(setting, point, true, new ArrayList<>(), new ArrayList<>()));
    to.note(
        setting,
        (point.equals(setting.value())
                ? ""
                : "is on the mount at " + point + ", and that is meant; ")
            + "seen by a mark on the mount, with OnAccessPrevention and OnAccessExcludePath as"
            + " everywhere, and besides OnAccessIncludePath");
  }

  /** Returns the mount point of the mount of {@code path}; the path itself if it is not known. */
  private static String mountPoint(String path) {
    try {
      Path point = Path.of(path).toRealPath();
      long mount = mountId(point);
      for (Path above = point.getParent();
          above != null && mountId(above) == mount;
          above = above.getParent()) {
        point = above;
      }
      return point.toString();
    } catch (IOException | InvalidPathException e) {
      return path; // its problem is reported where the key is read
    }
  }

  private static long mountId(Path path) throws ErrnoException {
    byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
    return new Statx().probe(NativeBuffer.cString(bytes)).mountId();
  }

  private void excludeRegex(Setting setting) {
    ConfigValue regex = to.value(setting, setting.value());
    roots.forEach(root -> root.excludeRegex().add(regex));
    to.note(
        setting,
        "a regular expression: directories whose path it matches"
            + (setting.value().startsWith("^") ? "" : " anywhere")
            + ", with all below them, there now or later; clamd-conf-exclude = exact takes it for a"
            + " path");
  }

  private void excludeExactly(Setting setting) {
    Optional<Path> path = resolved(setting.value());
    if (path.isEmpty()) {
      to.problem(setting, "must be an absolute path");
    } else if (isRoot(path.get())) {
      to.problem(setting, "is included as well; take one of the two lines away");
    } else {
      to.note(
          setting,
          excludeBelow(setting, path.get())
              ? "the directory of this path, with all below it, there now or later"
              : "means nothing: it lies below no included path");
    }
  }

  private void temporaryDirectory(Setting setting) {
    Optional<Path> path = resolved(setting.value());
    if (path.isPresent() && isRoot(path.get())) {
      to.note(setting, "is included, and scanned but for what clamd itself does there");
    } else if (path.isPresent() && excludeBelow(setting, path.get())) {
      to.note(setting, "is left out, with all below it");
    }
  }

  /** Excludes {@code path} from every root above it; returns false if there is none. */
  private boolean excludeBelow(Setting setting, Path path) {
    boolean isBelow = false;
    for (Root root : roots) {
      Optional<Path> above = resolved(root.path());
      if (above.isPresent()
          && (isRecursive || root.isMount())
          && path.startsWith(above.get())
          && !path.equals(above.get())) {
        root.exclude().add(to.value(setting, NamePattern.literal(path.toString())));
        isBelow = true;
      }
    }
    return isBelow;
  }

  private boolean isRoot(Path path) {
    return roots.stream().anyMatch(root -> resolved(root.path()).filter(path::equals).isPresent());
  }

  /** Returns an absolute path with the symbolic links of its existing part resolved. */
  private static Optional<Path> resolved(String text) {
    try {
      Path path = Path.of(text);
      return path.isAbsolute() ? Optional.of(RealPath.of(path)) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private void put() {
    if (roots.isEmpty()) {
      to.putDefault(KEY, "OnAccessIncludePath", List.of());
      return;
    }
    to.put(KEY, to.value(roots.get(0).setting(), roots.stream().map(this::value).toList()));
  }

  private ConfigValue value(Root root) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("path", to.value(root.setting(), root.path()));
    if (!root.exclude().isEmpty()) {
      object.put("exclude", root.exclude());
    }
    if (!root.excludeRegex().isEmpty()) {
      object.put("exclude-regex", root.excludeRegex());
    }
    if (root.isMount()) {
      object.put("strategy", "mount");
    } else if (!isRecursive) {
      object.put("recursive", false);
    }
    return to.value(root.setting(), object);
  }
}
