package io.nacre.engine.watch;

import io.nacre.linux.file.Directory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Protects an include path by one mark on the file system it is on: nothing below has to be walked
 * or followed, and no directory is ever too new. Path rules say which events are meant.
 */
public final class FilesystemWatch {
  private static final String STRATEGY = "filesystem";

  private FilesystemWatch() {}

  /** Marks the file system of {@code root}, and writes to {@code coverage} how that went. */
  public static void protect(String root, Marks marks, Coverage coverage) {
    try (Directory directory = Directory.open(root.getBytes(StandardCharsets.UTF_8))) {
      marks.addFilesystem(directory.fd());
      List<String> problems =
          NestedMounts.below(root).stream()
              .map(point -> point + ": mounted there, and not protected; protect it by itself")
              .toList();
      Coverage.State state = problems.isEmpty() ? Coverage.State.PROTECTED : Coverage.State.PARTIAL;
      coverage.update(new Coverage.Entry(root, STRATEGY, state, 0, problems, problems.size()));
    } catch (IOException e) {
      coverage.update(
          new Coverage.Entry(
              root,
              STRATEGY,
              Coverage.State.MISSING,
              0,
              List.of(String.valueOf(e.getMessage())),
              1));
    }
  }
}
