package io.nacre.engine.watch.tree;

import io.nacre.engine.policy.PathRules;

/** The path rules, for names in directories of a table. Belongs to one actor. */
final class TreeRules {
  private PathRules rules;

  TreeRules(PathRules rules) {
    this.rules = rules;
  }

  /** Decides by {@code other} from now on. */
  void set(PathRules other) {
    rules = other;
  }

  boolean hasExcludes() {
    return rules.hasExcludes();
  }

  /** Returns true if a directory {@code name} in {@code parent} is not protected. */
  boolean isDirectoryExcluded(DirectoryTable table, int parent, byte[] name) {
    if (!rules.hasExcludes()) {
      return false;
    }
    byte[] path = table.pathOf(parent, name);
    return rules.scopeOfDirectory(path, path.length) != PathRules.Scope.INSIDE;
  }

  /** Returns true if a file {@code name} in {@code parent} is not protected. */
  boolean isFileExcluded(DirectoryTable table, int parent, byte[] name) {
    byte[] path = table.pathOf(parent, name);
    return rules.scopeOfFile(path, path.length) != PathRules.Scope.INSIDE;
  }
}
