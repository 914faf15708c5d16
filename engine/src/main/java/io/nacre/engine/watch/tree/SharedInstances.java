package io.nacre.engine.watch.tree;

import io.nacre.engine.watch.place.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

/**
 * Decides which places share an inotify instance. The kernel allows a user {@code
 * fs.inotify.max_user_instances} of them, and other programs of that user need some too.
 *
 * <p>A place on a remote file system shares no instance with one on a local file system: a server
 * that does not answer blocks the thread.
 */
final class SharedInstances {

  /** An instance that is there. */
  interface Instance {
    Iterable<Place> places();

    /** Returns the number of places that share it. */
    default long count() {
      return StreamSupport.stream(places().spliterator(), /* parallel= */ false).count();
    }
  }

  /** Each instance has a thread as well. */
  static final int AT_MOST = 64;

  private static final Path LIMIT = Path.of("/proc/sys/fs/inotify/max_user_instances");
  private static final int USUAL_LIMIT = 128;
  private static final int LONGEST_NUMBER = 32;

  private final IntSupplier maxUserInstances;

  SharedInstances() {
    this(SharedInstances::readLimit);
  }

  SharedInstances(IntSupplier maxUserInstances) {
    this.maxUserInstances = maxUserInstances;
  }

  /** Returns false if a further place gets an instance of its own. */
  boolean mustShare(List<? extends Instance> instances) {
    return instances.size() >= Math.max(1, Math.min(AT_MOST, maxUserInstances.getAsInt() / 2));
  }

  /** Returns the instance that {@code place} shares; nothing if it gets one of its own. */
  <T extends Instance> Optional<T> choose(Place place, List<T> instances) {
    return mustShare(instances) ? chooseAny(place, instances) : Optional.empty();
  }

  /**
   * Returns the instance with the fewest places, of those with a place on the same file system if
   * there are any; nothing if no instance fits.
   */
  <T extends Instance> Optional<T> chooseAny(Place place, List<T> instances) {
    String device = place.mount().device();
    return least(instances, other -> other.mount().device().equals(device))
        .or(() -> least(instances, other -> other.mount().isRemote() == place.mount().isRemote()));
  }

  /** Returns the reason why places share an instance, for the administrator. */
  String text() {
    return "shares an inotify instance, since fs.inotify.max_user_instances is "
        + maxUserInstances.getAsInt();
  }

  private static <T extends Instance> Optional<T> least(List<T> instances, Predicate<Place> fits) {
    return instances.stream()
        .filter(
            instance ->
                StreamSupport.stream(instance.places().spliterator(), /* parallel= */ false)
                    .allMatch(fits))
        .min(Comparator.comparingLong(Instance::count));
  }

  /** In one read: a file of {@code /proc/sys} has nothing for a second one. */
  private static int readLimit() {
    try (FileChannel file = FileChannel.open(LIMIT)) {
      ByteBuffer text = ByteBuffer.allocate(LONGEST_NUMBER);
      int length = file.read(text);
      return Integer.parseInt(
          new String(text.array(), 0, Math.max(0, length), StandardCharsets.US_ASCII).strip());
    } catch (IOException | NumberFormatException e) {
      return USUAL_LIMIT;
    }
  }
}
