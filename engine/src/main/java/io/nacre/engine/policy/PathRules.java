package io.nacre.engine.policy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which paths are protected: those below an include, unless an exclude of that include means them.
 *
 * <p>The innermost include above a path decides with its own excludes, so an exclude of an outer
 * include does not reach below an inner one. Order never matters, and an exclude wins over the
 * include it belongs to. Paths are compared as bytes, name by name, as the file system has them; so
 * no encoding can make two names equal.
 */
public final class PathRules {

  /**
   * A path that is protected, without a part of it.
   *
   * @param path absolute, without a slash at the end
   * @param excludes what below it is not protected, each as {@link PathPattern#parse} takes it
   * @param excludedDirectories what is not protected either, each as {@link DirectoryRegex#parse}
   *     takes it
   * @param isRecursive whether what is in directories below it is meant as well
   */
  public record Include(
      String path, List<String> excludes, List<String> excludedDirectories, boolean isRecursive) {
    public Include {
      excludes = List.copyOf(excludes);
      excludedDirectories = List.copyOf(excludedDirectories);
    }

    /** Everything below {@code path} but {@code excludes}. */
    public Include(String path, List<String> excludes) {
      this(path, excludes, List.of(), /* isRecursive= */ true);
    }

    /** Puts both together, of the same path. */
    private Include with(Include other) {
      return new Include(
          path,
          joined(excludes, other.excludes),
          joined(excludedDirectories, other.excludedDirectories),
          isRecursive || other.isRecursive);
    }

    private static List<String> joined(List<String> some, List<String> more) {
      return Stream.concat(some.stream(), more.stream()).toList();
    }
  }

  /** What the rules say of a path. */
  public enum Place {
    /** Below an include. */
    INSIDE,
    /** Excluded from the include it is below. */
    EXCLUDED,
    /** Below no include. */
    OUTSIDE
  }

  private final List<String> includes;

  /** The longest first, so that an inner include comes before those around it. */
  private final Rule[] rules;

  private final boolean hasExcludes;
  private final boolean haveOutside;

  /** Rules for {@code includes}; the excludes of a path that is there twice are put together. */
  public PathRules(List<Include> includes) {
    Map<String, Include> byPath = new LinkedHashMap<>();
    includes.forEach(include -> byPath.merge(include.path(), include, Include::with));
    this.includes = List.copyOf(byPath.keySet());
    this.rules =
        byPath.values().stream()
            .map(Rule::new)
            .sorted(Comparator.comparingInt(rule -> -rule.root.length))
            .toArray(Rule[]::new);
    this.haveOutside = !byPath.containsKey("/") || !byPath.get("/").isRecursive();
    this.hasExcludes = Arrays.stream(rules).anyMatch(Rule::leavesOut);
  }

  /**
   * Returns true if not all that is below an include is protected, so that files in protected
   * directories need a look.
   */
  public boolean hasExcludes() {
    return hasExcludes;
  }

  /** Returns true if there are paths below no include. */
  public boolean haveOutside() {
    return haveOutside;
  }

  /** Returns every include path once. */
  public List<String> includes() {
    return includes;
  }

  /**
   * Returns the include paths that a walk through protected directories must start from: the others
   * are reached from these.
   */
  public List<String> starts() {
    return includes.stream().filter(this::isStart).toList();
  }

  private boolean isStart(String include) {
    byte[] above = bytes(include.substring(0, Math.max(1, include.lastIndexOf('/'))));
    return include.equals("/") || directory(above, above.length) != Place.INSIDE;
  }

  /**
   * Returns what the rules say of the files in the directory whose path the first {@code length}
   * bytes of {@code path} are; where they differ, patterns decide about each.
   */
  public Place directory(byte[] path, int length) {
    for (Rule rule : rules) {
      if (rule.isForDirectory(path, length)) {
        return rule.excludesDirectory(path, length) ? Place.EXCLUDED : Place.INSIDE;
      }
    }
    return Place.OUTSIDE;
  }

  /** Returns true if the rules protect what is in the directory {@code path}, and below it. */
  public boolean protectTree(byte[] path) {
    return directory(path, path.length) == Place.INSIDE
        && ruleFor(path).filter(rule -> rule.isRecursive).isPresent();
  }

  /** Returns what the rules say of the file at the first {@code length} bytes of {@code path}. */
  public Place place(byte[] path, int length) {
    for (Rule rule : rules) {
      if (rule.isFor(path, length)) {
        return rule.excludes(path, length) ? Place.EXCLUDED : Place.INSIDE;
      }
    }
    return Place.OUTSIDE;
  }

  /** Returns the include that decides about {@code path}, if one does. */
  public Optional<String> decisive(byte[] path) {
    return Arrays.stream(rules)
        .filter(rule -> rule.isFor(path, path.length))
        .findFirst()
        .map(Rule::path);
  }

  /** Returns the include that decides about the files in the directory {@code path}. */
  public Optional<String> decisiveForDirectory(byte[] path) {
    return ruleFor(path).map(Rule::path);
  }

  private Optional<Rule> ruleFor(byte[] directory) {
    return Arrays.stream(rules)
        .filter(rule -> rule.isForDirectory(directory, directory.length))
        .findFirst();
  }

  private static byte[] bytes(String path) {
    return path.getBytes(StandardCharsets.UTF_8);
  }

  /** An include as it is compared. */
  private static final class Rule {
    /** Empty for {@code /}. */
    private final byte[] root;

    private final PathPattern[] excludes;
    private final DirectoryRegex[] excludedDirectories;
    private final boolean isRecursive;

    Rule(Include include) {
      this.root = bytes(include.path().equals("/") ? "" : include.path());
      this.excludes =
          include.excludes().stream().map(PathPattern::parse).toArray(PathPattern[]::new);
      this.excludedDirectories =
          include.excludedDirectories().stream()
              .map(DirectoryRegex::parse)
              .toArray(DirectoryRegex[]::new);
      this.isRecursive = include.isRecursive();
    }

    String path() {
      return root.length == 0 ? "/" : new String(root, StandardCharsets.UTF_8);
    }

    boolean leavesOut() {
      return excludes.length > 0 || excludedDirectories.length > 0 || !isRecursive;
    }

    /** The root itself is below itself. */
    boolean isFor(byte[] path, int length) {
      return isAtOrBelow(path, length)
          && (isRecursive || slash(path, length) <= root.length); // a file right in the root
    }

    boolean isForDirectory(byte[] path, int length) {
      return isAtOrBelow(path, length) && (isRecursive || length <= Math.max(1, root.length));
    }

    private boolean isAtOrBelow(byte[] path, int length) {
      return length >= root.length
          && Arrays.equals(root, 0, root.length, path, 0, root.length)
          && (length == root.length || path[root.length] == '/');
    }

    boolean excludes(byte[] path, int length) {
      // At the root it is the directory itself.
      int directory = length <= root.length ? length : Math.max(1, slash(path, length));
      return isExcluded(path, length) || matchesDirectory(path, directory);
    }

    boolean excludesDirectory(byte[] path, int length) {
      return isExcluded(path, length) || matchesDirectory(path, length);
    }

    private boolean isExcluded(byte[] path, int length) {
      for (PathPattern exclude : excludes) {
        if (exclude.matches(path, length)) {
          return true;
        }
      }
      return false;
    }

    private boolean matchesDirectory(byte[] path, int length) {
      for (DirectoryRegex exclude : excludedDirectories) {
        if (exclude.matches(path, length)) {
          return true;
        }
      }
      return false;
    }

    /** Returns where the last slash is. */
    private static int slash(byte[] path, int length) {
      int slash = length - 1;
      while (slash > 0 && path[slash] != '/') {
        slash--;
      }
      return slash;
    }
  }
}
