package io.nacre.engine.ahead;

import io.nacre.linux.ErrnoException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BooleanSupplier;

/** Counts the files a sweep will look at, so that it can be told how far it is. */
final class FileCount {
  /** Directories that are known and still to be looked into. */
  private static final int DIRECTORIES = 500_000;

  private final LocalFiles files;

  FileCount(LocalFiles files) {
    this.files = files;
  }

  /** Returns how many there are in {@code places}, about; stops when {@code goesOn} is false. */
  long of(Iterable<Place> places, BooleanSupplier goesOn) {
    Deque<Place> left = new ArrayDeque<>();
    places.forEach(left::add);
    long count = 0;
    while (!left.isEmpty() && goesOn.getAsBoolean()) {
      count += in(left.pop(), left);
    }
    return count;
  }

  private long in(Place place, Deque<Place> left) {
    if (place.isFile()) {
      return 1;
    }
    try {
      long count = 0;
      for (Entry entry : files.list(place.path(), place.mountId()).in(Order.LISTED)) {
        if (!entry.isDirectory()) {
          count++;
        } else if (left.size() < DIRECTORIES) {
          String path = Paths.child(place.path(), entry.name());
          left.push(new Place(path, place.mountId(), /* isFile= */ false));
        }
      }
      return count;
    } catch (ErrnoException e) {
      return 0; // the sweep will say so
    }
  }
}
