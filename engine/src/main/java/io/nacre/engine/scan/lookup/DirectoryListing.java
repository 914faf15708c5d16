package io.nacre.engine.scan.lookup;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The entries of a directory at one moment. Belongs to one thread. */
public final class DirectoryListing {
  private final List<DirectoryEntry> entries;
  private DirectoryOrder order = DirectoryOrder.LISTED;
  private List<DirectoryEntry> ordered;

  /** A listing of {@code entries}, in the order of their places. */
  public DirectoryListing(List<DirectoryEntry> entries) {
    this.entries = List.copyOf(entries);
    this.ordered = this.entries;
  }

  /** Returns the entry of {@code name}, or nothing if there was none. */
  public Optional<DirectoryEntry> find(String name) {
    for (DirectoryEntry entry : entries) {
      if (entry.name().equals(name)) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  /** Returns all entries in {@code wanted} order. */
  public List<DirectoryEntry> in(DirectoryOrder wanted) {
    if (order != wanted) {
      List<DirectoryEntry> sorted = new ArrayList<>(entries);
      sorted.sort(wanted.comparator());
      order = wanted;
      ordered = sorted;
    }
    return ordered;
  }

  /**
   * Returns how many steps in {@code order} lead from one entry to the other: 1 to the next one, 0
   * if they lead nowhere, since {@code to} is not behind {@code from}.
   */
  public int steps(DirectoryOrder order, DirectoryEntry from, DirectoryEntry to) {
    Comparator<DirectoryEntry> comparator = order.comparator();
    int steps = 0;
    for (DirectoryEntry entry : entries) {
      if (comparator.compare(entry, from) > 0 && comparator.compare(entry, to) <= 0) {
        steps++;
      }
    }
    return steps;
  }
}
