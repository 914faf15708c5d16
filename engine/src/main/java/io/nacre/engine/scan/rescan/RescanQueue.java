package io.nacre.engine.scan.rescan;

import io.nacre.engine.scan.rescan.RescanEntry.FileId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The files that got past the scan, each once and oldest first; for any thread.
 *
 * <p>Bounded in entries and in bytes: the oldest makes room, and is counted as dropped. Nobody
 * opens a file or logs while he holds the lock, so that a reader may take it. What is taken out
 * stays counted until the taker says how it ended.
 */
public final class RescanQueue {
  /** On average; a path may have 4096, and there is room for some of them in the smallest. */
  private static final long BYTES_AN_ENTRY = 256;

  private static final long LEAST_BYTES = 64 * 1024;

  /** How it ended with a file that was taken. */
  enum End {
    CLEAN,
    INFECTED,
    /** The file is gone, or another one is where it was. */
    VANISHED,
    /** It could not be scanned, however often that was tried. */
    DROPPED
  }

  /**
   * One reading.
   *
   * @param capacity files there is room for; none if there is no journal
   * @param waiting files that are still to be scanned
   * @param scanned files that were scanned after all
   * @param infected those of them that were infected
   * @param vanished files that could not be scanned, because they are gone or are others now
   * @param dropped files nobody knows of any more: there was no room, or no scan came to its end
   */
  public record Counts(
      int capacity, int waiting, long scanned, long infected, long vanished, long dropped) {}

  private final int capacity;
  private final long bytesAtMost;
  private final Map<FileId, RescanEntry> entries = new LinkedHashMap<>();
  private long bytes;
  private int taken;
  private long scanned;
  private long infected;
  private long vanished;
  private long dropped;
  private volatile boolean isOpen;

  /** A journal for at most {@code capacity} files; with 0 it is none, and stays closed. */
  public RescanQueue(int capacity) {
    this.capacity = capacity;
    this.bytesAtMost = LEAST_BYTES + capacity * BYTES_AN_ENTRY;
    this.isOpen = capacity > 0;
  }

  /** Returns true as long as it takes entries. */
  boolean isOpen() {
    return isOpen;
  }

  /** Takes no more entries: the engine stops. */
  public void close() {
    isOpen = false;
  }

  /** Adds a file, or what is new about one. */
  synchronized void add(RescanEntry entry) {
    RescanEntry older = entries.remove(entry.file()); // so that the newest is the last
    if (older != null) {
      bytes -= older.bytes();
    }
    entries.put(entry.file(), entry);
    bytes += entry.bytes();
    while (entries.size() + taken > capacity || bytes > bytesAtMost) {
      removeOldest();
      dropped++;
    }
  }

  /** Counts a file of which nothing could be noted. */
  synchronized void addDropped() {
    dropped++;
  }

  /** Returns how many wait to be taken. */
  synchronized int size() {
    return entries.size();
  }

  /** Takes the oldest entry; followed by {@link #putBack} or {@link #end}. */
  synchronized Optional<RescanEntry> take() {
    if (entries.isEmpty()) {
      return Optional.empty();
    }
    taken++;
    return Optional.of(removeOldest());
  }

  /** Puts back, behind all others, an entry that was taken, unless there is a newer one. */
  synchronized void putBack(RescanEntry entry) {
    taken--;
    if (!entries.containsKey(entry.file())) {
      add(entry);
    }
  }

  /** Says how it ended with an entry that was taken. */
  synchronized void end(End how) {
    taken--;
    switch (how) {
      case CLEAN -> scanned++;
      case INFECTED -> {
        scanned++;
        infected++;
      }
      case VANISHED -> vanished++;
      case DROPPED -> dropped++;
    }
  }

  /** Forgets everything, as if nothing had ever been added. */
  synchronized void reset() {
    entries.clear();
    bytes = 0;
    scanned = 0;
    infected = 0;
    vanished = 0;
    dropped = 0;
  }

  /** Returns the present counts. */
  public synchronized Counts counts() {
    return new Counts(capacity, entries.size() + taken, scanned, infected, vanished, dropped);
  }

  private RescanEntry removeOldest() {
    Iterator<RescanEntry> oldestFirst = entries.values().iterator();
    RescanEntry oldest = oldestFirst.next();
    oldestFirst.remove();
    bytes -= oldest.bytes();
    return oldest;
  }
}
