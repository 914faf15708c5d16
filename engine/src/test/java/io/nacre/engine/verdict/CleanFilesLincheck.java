package io.nacre.engine.verdict;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/**
 * Readers who see writers, scans and the one who learns of new signatures at {@link CleanFiles}.
 */
@Param(name = "file", gen = IntGen.class, conf = "1:2")
public class CleanFilesLincheck {
  private final CleanFiles files = new CleanFiles(8);
  private final Deque<CleanFiles.Scan> scans = new ArrayDeque<>();

  @Operation
  public void begin(@Param(name = "file") int file) {
    CleanFiles.Scan scan = files.begin(version(file));
    synchronized (scans) {
      scans.add(scan);
    }
  }

  @Operation
  public void end() {
    CleanFiles.Scan scan;
    synchronized (scans) {
      scan = scans.poll();
    }
    if (scan != null) {
      files.end(scan, /* isClean= */ true);
    }
  }

  @Operation
  public boolean hold(@Param(name = "file") int file) {
    return files.contains(version(file));
  }

  @Operation
  public void changed(@Param(name = "file") int file) {
    files.invalidate(version(file));
  }

  @Operation
  public void clear() {
    files.clear();
  }

  @Test
  void isAsIfOneUsedItAfterTheOther() {
    new ModelCheckingOptions()
        .iterations(4)
        .invocationsPerIteration(50)
        .threads(2)
        .actorsPerThread(3)
        .check(CleanFilesLincheck.class);
  }

  private static FileVersion version(int file) {
    return new FileVersion(0, 0, file, 0, 0, 0, 0, 0, 0, 0, 1);
  }
}
