package io.nacre.engine.scan.rescan;

import io.nacre.engine.scan.rescan.RescanEntry.FileId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rescan queue: files that were allowed unscanned, each once, the oldest first. For any thread.
 *
 * <p>Bounded in entries and in bytes: the oldest makes room, and is counted as dropped. No thread
 * opens a file or logs while it has the lock, so that a reader may take it. An entry that was taken
 * is counted as waiting until {@link #putBack} or {@link #end}.
 */
public final class RescanQueue {
  /** On average. A path may have 4,096 bytes; the smallest queue has room for some of those. */
  private static final long BYTES_AN_ENTRY = 256;

  private static final long LEAST_BYTES = 64 * 1024;

  /** The ends of an entry that was taken. */
  enum End {
    CLEAN,
    INFECTED,
    /** Its path does not lead to the file any more. */
    NO_LONGER_FOUND,
    /** All its scans failed. */
    DROPPED
  }

  /**
   * The counts at one moment.
   *
   * @param capacity the greatest number of files; 0 if there is no queue
   * @param waiting files that wait to be rescanned
   * @param rescanned files that were rescanned
   * @param infected those of them that were infected
   * @param noLongerFound files whose paths did not lead to them any more
   * @param dropped files that will not be rescanned: there was no room, or all scans failed
   */
  public record Counts(
      int capacity, int waiting, long rescanned, long infected, long noLongerFound, long dropped) {}

  private final int capacity;
  private final long bytesAtMost;
  private final Map<FileId, RescanEntry> entries = new LinkedHashMap<>();
  private long bytes;
  private int taken;
  private long rescanned;
  private long infected;
  private long noLongerFound;
  private long dropped;
  private volatile boolean isOpen;

  /** A queue of at most {@code capacity} files; with 0 it stays closed. */
  public RescanQueue(int capacity) {
    this.capacity = capacity;
    this.bytesAtMost = LEAST_BYTES + capacity * BYTES_AN_ENTRY;
    this.isOpen = capacity > 0;
  }

  /** Returns whether it takes entries. */
  boolean isOpen() {
    return isOpen;
  }

  /** Takes no more entries: the engine stops. */
  public void close() {
    isOpen = false;
  }

  /** Adds a file, or replaces its entry. */
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

  /** Counts a file that could not be added. */
  synchronized void addDropped() {
    dropped++;
  }

  /** Returns a copy of all entries that were not taken, the oldest first. */
  synchronized List<RescanEntry> copy() {
    return List.copyOf(entries.values());
  }

  /** Returns the number of entries that were not taken. */
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

  /** Ends an entry that was taken. */
  synchronized void end(End how) {
    taken--;
    switch (how) {
      case CLEAN -> rescanned++;
      case INFECTED -> {
        rescanned++;
        infected++;
      }
      case NO_LONGER_FOUND -> noLongerFound++;
      case DROPPED -> dropped++;
    }
  }

  /** Removes all entries, and sets all counts to 0. */
  synchronized void reset() {
    entries.clear();
    bytes = 0;
    rescanned = 0;
    infected = 0;
    noLongerFound = 0;
    dropped = 0;
  }

  /** Returns the present counts. */
  public synchronized Counts counts() {
    return new Counts(
        capacity, entries.size() + taken, rescanned, infected, noLongerFound, dropped);
  }

  private RescanEntry removeOldest() {
    Iterator<RescanEntry> oldestFirst = entries.values().iterator();
    RescanEntry oldest = oldestFirst.next();
    oldestFirst.remove();
    bytes -= oldest.bytes();
    return oldest;
  }
}
