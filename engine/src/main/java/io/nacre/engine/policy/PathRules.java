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
 * The rules that decide which paths are protected: those below an include, unless an exclude of
 * that include matches.
 *
 * <p>The innermost include above a path decides with its own excludes. So an exclude of an outer
 * include does not apply below an inner one. The order has no meaning. Paths are compared as bytes,
 * name by name, as the file system has them, so that no encoding can make two names equal.
 */
public final class PathRules {

  /**
   * A protected path with its excludes.
   *
   * @param path absolute, without a slash at the end
   * @param excludes patterns of unprotected paths below it, for {@link PathPattern#parse}
   * @param excludedDirectories patterns of unprotected directories, for {@link
   *     DirectoryRegex#parse}
   * @param isRecursive whether files in directories below it are protected as well
   */
  public record Include(
      String path, List<String> excludes, List<String> excludedDirectories, boolean isRecursive) {
    public Include {
      excludes = List.copyOf(excludes);
      excludedDirectories = List.copyOf(excludedDirectories);
    }

    /** Everything below {@code path} except {@code excludes}. */
    public Include(String path, List<String> excludes) {
      this(path, excludes, List.of(), /* isRecursive= */ true);
    }

    /** Merges two includes of the same path. */
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

  /** Where a path is in relation to the includes and excludes. */
  public enum Scope {
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
  private final boolean hasOutside;

  /** Rules for {@code includes}; two includes of the same path are merged. */
  public PathRules(List<Include> includes) {
    Map<String, Include> byPath = new LinkedHashMap<>();
    includes.forEach(include -> byPath.merge(include.path(), include, Include::with));
    this.includes = List.copyOf(byPath.keySet());
    this.rules =
        byPath.values().stream()
            .map(Rule::new)
            .sorted(Comparator.comparingInt(rule -> -rule.root.length))
            .toArray(Rule[]::new);
    this.hasOutside = !byPath.containsKey("/") || !byPath.get("/").isRecursive();
    this.hasExcludes = Arrays.stream(rules).anyMatch(Rule::hasExcludes);
  }

  /**
   * Returns true if a path below an include may be unprotected, so that files in protected
   * directories must be checked.
   */
  public boolean hasExcludes() {
    return hasExcludes;
  }

  /** Returns true if there are paths below no include. */
  public boolean hasOutside() {
    return hasOutside;
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
    return include.equals("/") || scopeOfDirectory(above, above.length) != Scope.INSIDE;
  }

  /**
   * Returns the scope of the files in the directory at the first {@code length} bytes of {@code
   * path}. Where the files differ, patterns decide about each of them.
   */
  public Scope scopeOfDirectory(byte[] path, int length) {
    for (Rule rule : rules) {
      if (rule.isForDirectory(path, length)) {
        return rule.excludesDirectory(path, length) ? Scope.EXCLUDED : Scope.INSIDE;
      }
    }
    return Scope.OUTSIDE;
  }

  /** Returns true if the files in the directory {@code path} and below it are protected. */
  public boolean protectsTree(byte[] path) {
    return scopeOfDirectory(path, path.length) == Scope.INSIDE
        && ruleFor(path).filter(rule -> rule.isRecursive).isPresent();
  }

  /** Returns the scope of the file at the first {@code length} bytes of {@code path}. */
  public Scope scopeOfFile(byte[] path, int length) {
    for (Rule rule : rules) {
      if (rule.isFor(path, length)) {
        return rule.excludes(path, length) ? Scope.EXCLUDED : Scope.INSIDE;
      }
    }
    return Scope.OUTSIDE;
  }

  /** Returns the include that decides about {@code path}, if one does. */
  public Optional<String> decisiveInclude(byte[] path) {
    return Arrays.stream(rules)
        .filter(rule -> rule.isFor(path, path.length))
        .findFirst()
        .map(Rule::path);
  }

  /** Returns the include that decides about the files in the directory {@code path}. */
  public Optional<String> decisiveIncludeOfDirectory(byte[] path) {
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

  /** An include, compiled for comparisons. */
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

    boolean hasExcludes() {
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

    /** Returns the index of the last slash. */
    private static int slash(byte[] path, int length) {
      int slash = length - 1;
      while (slash > 0 && path[slash] != '/') {
        slash--;
      }
      return slash;
    }
  }
}
