package io.nacre.engine.clamd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** Paths as a process of this machine sees them, which may have another root directory. */
final class ProcessPaths {
  private static final int MOST_LINKS = 40; // as the kernel's

  private final Path root;
  private final Path working;

  private ProcessPaths(Path root, Path working) {
    this.root = root;
    this.working = working;
  }

  /** Those of process {@code pid}. */
  static ProcessPaths of(int pid) {
    Path process = Path.of("/proc", Integer.toString(pid));
    return new ProcessPaths(process.resolve("root"), process.resolve("cwd"));
  }

  /** Those that we see ourselves. */
  static ProcessPaths ours() {
    return new ProcessPaths(Path.of("/"), Path.of(""));
  }

  /**
   * Returns where {@code path} leads right now. Its symbolic links begin at the root directory of
   * the process, and not at ours.
   *
   * @throws IOException if it is a relative one, and the process may have been started elsewhere:
   *     clamd goes to the root directory when it leaves the foreground
   */
  Path resolve(String path) throws IOException {
    boolean isRelative = !path.startsWith("/");
    if (isRelative && Files.isSameFile(working, root)) {
      throw new IOException("where " + path + " led when it was started cannot be told");
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

  /** Puts the names of {@code path} before those that are left. */
  private static void push(Path path, Deque<String> left) {
    Deque<String> reversed = new ArrayDeque<>();
    path.forEach(name -> reversed.push(name.toString()));
    for (Iterator<String> each = reversed.iterator(); each.hasNext(); ) {
      left.push(each.next());
    }
  }
}
