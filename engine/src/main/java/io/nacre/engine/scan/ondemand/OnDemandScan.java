package io.nacre.engine.scan.ondemand;

import java.util.ArrayList;
import java.util.List;

/** The progress of an on-demand scan; for any thread. */
public final class OnDemandScan {
  /** The most files and problems that are listed; more are only counted. */
  private static final int LISTED = 1_000;

  /** A file that is infected. */
  public record Found(String path, String signature) {}

  /**
   * One reading.
   *
   * @param isOver whether there is nothing more to come
   * @param at the present directory
   * @param files the approximate number of files; 0 while they are being counted
   * @param looked the number of files that were read, or needed no scan
   * @param scanned files that were scanned
   * @param clean files that needed no scan, since they are cached as clean
   * @param skipped files that are too big, or that a process has a lease on
   * @param infected files that are infected
   * @param failed files and directories that could not be read or scanned
   * @param found the first of those that are infected
   * @param problems the first failures and omissions
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

  /** Sets the number of files to come. */
  synchronized void expect(long count) {
    files = count;
  }

  /** Counts a file with nothing to scan. */
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
    if (found.size() < LISTED) {
      found.add(new Found(path, signature));
    }
  }

  /** Counts a file or directory that could not be read or scanned. */
  synchronized void addFailed(String what) {
    failed++;
    failedInRow++;
    note(what);
  }

  /** Lists an omission, which is no failure. */
  synchronized void note(String what) {
    if (problems.size() < LISTED) {
      problems.add(what);
    }
  }

  /** Returns how many scans have failed in a row. */
  synchronized int failedInRow() {
    return failedInRow;
  }

  synchronized void end() {
    isOver = true;
  }

  /** Returns the progress. */
  public synchronized Progress progress() {
    long looked = scanned + clean + skipped + failed + empty;
    return new Progress(
        isOver, at, files, looked, scanned, clean, skipped, infected, failed, found, problems);
  }
}
