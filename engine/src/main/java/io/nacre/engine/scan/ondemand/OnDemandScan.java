package io.nacre.engine.scan.ondemand;

import java.util.ArrayList;
import java.util.List;

/** How far it is with all files of a scope; for any thread. */
public final class OnDemandScan {
  /** Files and problems that are kept to be told; the others are only counted. */
  private static final int TOLD = 1_000;

  /** A file that is infected. */
  public record Found(String path, String signature) {}

  /**
   * One reading.
   *
   * @param isOver whether there is nothing more to come
   * @param at the directory it has got to
   * @param files how many files there are, about; 0 while they are being counted
   * @param looked how many of them were looked at
   * @param scanned files that were scanned
   * @param clean files that needed no scan, since they are known to be clean
   * @param skipped files that are too big, or that somebody has a lease on
   * @param infected files that are infected
   * @param failed files and directories that could not be read or scanned
   * @param found the first of those that are infected
   * @param problems what failed and what was left out, the first of it
   */
  public record Progress(
      boolean isOver,
      String at,
      long files,
      long looked,
      long scanned,
      long clean,
      long skipped,
      long infected,
      long failed,
      List<Found> found,
      List<String> problems) {
    public Progress {
      found = List.copyOf(found);
      problems = List.copyOf(problems);
    }
  }

  private final List<Found> found = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private boolean isOver;
  private String at = "";
  private long files;
  private long empty;
  private long scanned;
  private long clean;
  private long skipped;
  private long infected;
  private long failed;
  private int failedInRow;

  synchronized void at(String directory) {
    at = directory;
  }

  /** There are {@code count} files to be looked at. */
  synchronized void expect(long count) {
    files = count;
  }

  /** There is nothing in it to be scanned. */
  synchronized void addEmpty() {
    empty++;
  }

  synchronized void addClean() {
    clean++;
  }

  synchronized void addSkipped() {
    skipped++;
  }

  synchronized void addScanned() {
    scanned++;
    failedInRow = 0;
  }

  synchronized void addInfected(String path, String signature) {
    infected++;
    if (found.size() < TOLD) {
      found.add(new Found(path, signature));
    }
  }

  /** Something could not be read or scanned. */
  synchronized void addFailed(String what) {
    failed++;
    failedInRow++;
    note(what);
  }

  /** Something is left out, as it has to be. */
  synchronized void note(String what) {
    if (problems.size() < TOLD) {
      problems.add(what);
    }
  }

  /** Returns how many scans failed since the last one that did not. */
  synchronized int failedInRow() {
    return failedInRow;
  }

  synchronized void end() {
    isOver = true;
  }

  /** Returns how far it is. */
  public synchronized Progress progress() {
    long looked = scanned + clean + skipped + failed + empty;
    return new Progress(
        isOver, at, files, looked, scanned, clean, skipped, infected, failed, found, problems);
  }
}
