package io.nacre.engine.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
   */
  public record Include(String path, List<String> excludes) {
    public Include {
      excludes = List.copyOf(excludes);
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
    Map<String, List<String>> excludes = new LinkedHashMap<>();
    for (Include include : includes) {
      excludes
          .computeIfAbsent(include.path(), path -> new ArrayList<>())
          .addAll(include.excludes());
    }
    this.includes = List.copyOf(excludes.keySet());
    this.rules =
        excludes.entrySet().stream()
            .map(entry -> new Rule(entry.getKey(), entry.getValue()))
            .sorted(Comparator.comparingInt(rule -> -rule.root.length))
            .toArray(Rule[]::new);
    this.haveOutside = !excludes.containsKey("/");
    this.hasExcludes = Arrays.stream(rules).anyMatch(rule -> rule.excludes.length > 0);
  }

  /** Returns true if there is an exclude, so that files in protected directories need a look. */
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
    byte[] above = bytes(include.substring(0, include.lastIndexOf('/')));
    return include.equals("/") || place(above, above.length) != Place.INSIDE;
  }

  /** Returns what the rules say of the first {@code length} bytes of {@code path}. */
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
        .map(rule -> rule.root.length == 0 ? "/" : new String(rule.root, StandardCharsets.UTF_8));
  }

  private static byte[] bytes(String path) {
    return path.getBytes(StandardCharsets.UTF_8);
  }

  /** An include as it is compared. */
  private static final class Rule {
    /** Empty for {@code /}. */
    private final byte[] root;

    private final PathPattern[] excludes;

    Rule(String path, List<String> excludes) {
      this.root = bytes(path.equals("/") ? "" : path);
      this.excludes = excludes.stream().map(PathPattern::parse).toArray(PathPattern[]::new);
    }

    /** The root itself is below itself. */
    boolean isFor(byte[] path, int length) {
      return length >= root.length
          && Arrays.equals(root, 0, root.length, path, 0, root.length)
          && (length == root.length || path[root.length] == '/');
    }

    boolean excludes(byte[] path, int length) {
      for (PathPattern exclude : excludes) {
        if (exclude.matches(path, length)) {
          return true;
        }
      }
      return false;
    }
  }
}
