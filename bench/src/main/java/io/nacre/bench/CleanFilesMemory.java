package io.nacre.bench;

import io.nacre.engine.verdict.CleanFiles;
import io.nacre.engine.verdict.FileVersion;

/**
 * Prints the memory of one cached clean file: {@code java -cp
 * bench/target/classes:bench/target/lib/* io.nacre.bench.CleanFilesMemory}.
 */
public final class CleanFilesMemory {
  private static final int COLLECTIONS = 5;

  private CleanFilesMemory() {}

  /** Measures full tables. */
  public static void main(String[] arguments) throws InterruptedException {
    for (int entries : new int[] {200_000, 500_000}) {
      long before = used();
      CleanFiles files = new CleanFiles(entries);
      for (int inode = 0; inode < entries; inode++) {
        FileVersion version = new FileVersion(7, 0, inode, 4096, inode, 1, inode, 2, inode, 3, 1);
        files.end(files.begin(version), /* isClean= */ true);
        files.contains(version);
      }
      long bytes = used() - before;
      System.out.printf(
          "%,d files: %,d bytes, %.1f for each%n",
          files.size(), bytes, (double) bytes / files.size());
    }
  }

  private static long used() throws InterruptedException {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      Thread.sleep(50);
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
