package io.nacre.engine.verdict;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** Readers that find writers, scans and the signature watch, all at the same {@link CleanFiles}. */
@Param(name = "file", gen = IntGen.class, conf = "1:1")
public class CleanFilesLincheck {
  private final CleanFiles files = new CleanFiles(8);
  private final Deque<CleanFiles.Scan> scans = new ArrayDeque<>();

  /** A scan under way belongs to no thread, so that its begin and its end are one step each. */
  @Operation
  public void begin(@Param(name = "file") int file) {
    synchronized (scans) {
      scans.add(files.begin(version(file)));
    }
  }

  @Operation
  public void end() {
    synchronized (scans) {
      CleanFiles.Scan scan = scans.poll();
      if (scan != null) {
        files.end(scan, /* isClean= */ true);
      }
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
        .iterations(20)
        .invocationsPerIteration(30)
        .threads(2)
        .actorsBefore(1)
        .actorsPerThread(2)
        .actorsAfter(1)
        .check(CleanFilesLincheck.class);
  }

  private static FileVersion version(int file) {
    return new FileVersion(0, 0, file, 0, 0, 0, 0, 0, 0, 0, 1);
  }
}
