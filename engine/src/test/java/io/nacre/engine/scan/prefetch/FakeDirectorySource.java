package io.nacre.engine.scan.prefetch;

import io.nacre.engine.scan.lookup.DirectoryEntry;
import io.nacre.engine.scan.lookup.DirectoryListing;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Directories by their paths, each with its names as they are listed; a slash ends a directory. */
final class FakeDirectorySource implements DirectorySource {
  private final Map<String, DirectoryListing> directories = new LinkedHashMap<>();

  /** Adds {@code directory} with {@code names}; inodes go down from one to the next. */
  FakeDirectorySource with(String directory, String... names) {
    List<DirectoryEntry> entries = new ArrayList<>();
    for (String name : names) {
      int place = entries.size();
      boolean isDirectory = name.endsWith("/");
      entries.add(
          new DirectoryEntry(name.replace("/", ""), place, names.length - place, isDirectory));
    }
    directories.put(directory, new DirectoryListing(entries));
    return this;
  }

  @Override
  public Optional<DirectoryListing> list(String directory) {
    return Optional.ofNullable(directories.get(directory));
  }
}
