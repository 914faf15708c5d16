package io.nacre.engine.ahead;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Directories by their paths, each with its names as they are listed; a slash ends a directory. */
final class FakeTree implements Tree {
  private final Map<String, Listing> directories = new LinkedHashMap<>();

  /** Adds {@code directory} with {@code names}; inodes go down from one to the next. */
  FakeTree with(String directory, String... names) {
    List<Entry> entries = new ArrayList<>();
    for (String name : names) {
      int place = entries.size();
      boolean isDirectory = name.endsWith("/");
      entries.add(new Entry(name.replace("/", ""), place, names.length - place, isDirectory));
    }
    directories.put(directory, new Listing(entries));
    return this;
  }

  @Override
  public Optional<Listing> list(String directory) {
    return Optional.ofNullable(directories.get(directory));
  }
}
