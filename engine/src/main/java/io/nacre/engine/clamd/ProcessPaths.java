package io.nacre.engine.clamd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** The paths of a process on this machine, which may have another root directory. */
final class ProcessPaths {
  private static final int MOST_LINKS = 40; // as the kernel's

  private final Path root;
  private final Path working;

  private ProcessPaths(Path root, Path working) {
    this.root = root;
    this.working = working;
  }

  /** The paths of process {@code pid}. */
  static ProcessPaths of(int pid) {
    Path process = Path.of("/proc", Integer.toString(pid));
    return new ProcessPaths(process.resolve("root"), process.resolve("cwd"));
  }

  /** The paths of this process. */
  static ProcessPaths ours() {
    return new ProcessPaths(Path.of("/"), Path.of(""));
  }

  /**
   * Resolves {@code path} as it is right now. Absolute symbolic links begin at the root directory
   * of that process.
   *
   * @throws IOException if the path is relative and the process may have been started in another
   *     directory: clamd changes to the root directory when it leaves the foreground
   */
  Path resolve(String path) throws IOException {
    boolean isRelative = !path.startsWith("/");
    if (isRelative && Files.isSameFile(working, root)) {
      throw new IOException(
          path + " is relative, and its directory at the start of clamd is not known");
    }
    Path at = isRelative ? working : root;
    Deque<String> left = new ArrayDeque<>();
    push(Path.of(path), left);
    int links = 0;
    while (!left.isEmpty()) {
      String name = left.pop();
      Path next = at.resolve(name);
      if (name.equals("..") && Files.isSameFile(at, root)) {
        continue;
      }
      if (!Files.isSymbolicLink(next)) {
        at = next;
        continue;
      }
      if (++links > MOST_LINKS) {
        throw new IOException("too many symbolic links in " + path);
      }
      Path target = Files.readSymbolicLink(next);
      at = target.isAbsolute() ? root : at;
      push(target, left);
    }
    return at;
  }

  /** Adds the names of {@code path} in front of the remaining ones. */
  private static void push(Path path, Deque<String> left) {
    Deque<String> reversed = new ArrayDeque<>();
    path.forEach(name -> reversed.push(name.toString()));
    for (Iterator<String> each = reversed.iterator(); each.hasNext(); ) {
      left.push(each.next());
    }
  }
}
