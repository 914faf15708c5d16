package io.nacre.engine.kernelcache;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * A search for the devices that have an idmapped mount, which shows other file owners than the disk
 * (Linux 5.12). Containers with their own user namespace use such mounts. Through one, another user
 * may own a file that root owns on the disk, and write it.
 *
 * <p>The search reads the mounts of every mount namespace that has a process. An unprivileged user
 * can make many namespaces with many mounts in each, so the search is bounded. Belongs to one
 * thread.
 */
final class IdmappedMounts {
  private static final int DEVICE = 2;
  private static final int OPTIONS = 5;

  /** The limits of one search: bytes of one namespace, bytes of all, devices, and nanoseconds. */
  record Bounds(long namespaceBytes, long bytes, int devices, long nanos) {
    /** About 25,000 mounts in one namespace, and 200,000 in all. */
    static final Bounds USUAL = new Bounds(4 << 20, 32 << 20, 1024, 1_000_000_000);
  }

  /** A search that exceeds its bounds. */
  private static final class TooMuch extends Exception {
    private static final long serialVersionUID = 1;
  }

  private final Path processes;
  private final Bounds bounds;
  private final LongSupplier nanoClock;
  private final Set<Long> found = new HashSet<>();
  private long bytesLeft;
  private long endNanos;

  /**
   * A search through all mount namespaces.
   *
   * @param processes the directory where procfs is mounted
   */
  IdmappedMounts(Path processes, Bounds bounds, LongSupplier nanoClock) {
    this.processes = processes;
    this.bounds = bounds;
    this.nanoClock = nanoClock;
  }

  /** Returns the devices, as {@code Statx.device} has them; nothing if a bound is exceeded. */
  Optional<Set<Long>> find() {
    found.clear();
    bytesLeft = bounds.bytes();
    endNanos = nanoClock.getAsLong() + bounds.nanos();
    Set<Path> namespaces = new HashSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(processes, "[0-9]*")) {
      for (Path process : all) {
        read(process, namespaces);
      }
      return Optional.of(Set.copyOf(found));
    } catch (IOException | DirectoryIteratorException | TooMuch e) {
      return Optional.empty();
    }
  }

  private void read(Path process, Set<Path> namespaces) throws TooMuch {
    checkBounds();
    try {
      Path namespace = Files.readSymbolicLink(process.resolve("ns/mnt"));
      if (!namespaces.contains(namespace)) {
        addIdmapped(process.resolve("mountinfo"));
        namespaces.add(namespace);
      }
    } catch (IOException e) {
      // The process has ended; its namespace is read by another process, or by the next search.
    }
  }

  private void addIdmapped(Path mountinfo) throws IOException, TooMuch {
    long least = bytesLeft - bounds.namespaceBytes();
    try (BufferedReader lines = Files.newBufferedReader(mountinfo, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains("idmapped")) {
          add(line, found);
        }
        bytesLeft -= line.length() + 1;
        if (bytesLeft < least) {
          throw new TooMuch();
        }
        checkBounds();
      }
    }
  }

  private void checkBounds() throws TooMuch {
    if (bytesLeft < 0
        || found.size() > bounds.devices()
        || nanoClock.getAsLong() - endNanos > 0
        || Thread.currentThread().isInterrupted()) {
      throw new TooMuch();
    }
  }

  /*
   * 36 35 98:0 /mnt1 /mnt2 rw,noatime,idmapped master:1 - ext3 /dev/root rw
   */
  private static void add(String line, Set<Long> found) {
    String[] fields = line.split(" ", -1);
    if (fields.length > OPTIONS && List.of(fields[OPTIONS].split(",", -1)).contains("idmapped")) {
      String[] numbers = fields[DEVICE].split(":", -1);
      found.add(Long.parseLong(numbers[0]) << 32 | Long.parseLong(numbers[1]));
    }
  }
}
