package io.nacre.engine.kernelcache;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The devices that are mounted somewhere with other owners than on the disk (Linux 5.12), as
 * containers with a user namespace of their own have them: there somebody else may be the owner of
 * a file of root's, and write it. Belongs to one thread.
 *
 * <p>Looks at every mount namespace that some process is in; nobody tells when one changes.
 */
final class IdmappedMounts {
  private static final Path PROCESSES = Path.of("/proc");
  private static final int DEVICE = 2;
  private static final int OPTIONS = 5;

  private Set<Long> devices = Set.of();

  /** Returns whether {@code device}, as {@code Statx.device} has it, was one when we looked. */
  boolean contain(long device) {
    return devices.contains(device);
  }

  /** Looks again; returns whether there is one more. */
  boolean look() throws IOException {
    Set<Long> found = new HashSet<>();
    Set<Path> namespaces = new HashSet<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (Path process : processes) {
        look(process, namespaces, found);
      }
    }
    boolean isMore = !devices.containsAll(found);
    devices = Set.copyOf(found);
    return isMore;
  }

  private static void look(Path process, Set<Path> namespaces, Set<Long> found) {
    try {
      if (namespaces.add(Files.readSymbolicLink(process.resolve("ns/mnt")))) {
        addIdmapped(process.resolve("mountinfo"), found);
      }
    } catch (IOException e) {
      // The process has ended; another one of its namespace is looked at, or next time.
    }
  }

  private static void addIdmapped(Path mountinfo, Set<Long> found) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(mountinfo, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains("idmapped")) {
          add(line, found);
        }
      }
    }
  }

  /*
   * 36 35 98:0 /mnt1 /mnt2 rw,noatime,idmapped master:1 - ext3 /dev/root rw
   */
  static void add(String line, Set<Long> found) {
    String[] fields = line.split(" ", -1);
    if (fields.length > OPTIONS && List.of(fields[OPTIONS].split(",", -1)).contains("idmapped")) {
      String[] numbers = fields[DEVICE].split(":", -1);
      found.add(Long.parseLong(numbers[0]) << 32 | Long.parseLong(numbers[1]));
    }
  }
}
