package io.nacre.engine.clamd;

import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the clamd behind a socket that systemd created: clamd has the same socket open. */
final class SocketOwner {
  private static final Path PROC = Path.of("/proc");
  private static final Path SOCKETS = Path.of("/proc/net/unix");
  private static final String PROGRAM = "/clamd";

  // Num RefCount Protocol Flags Type St Inode Path
  private static final int INODE = 6;
  private static final int PATH = 7;

  private SocketOwner() {}

  /** Returns the only clamd that has the socket at {@code path} open, or 0 if it is not one. */
  static int find(String path, ProcFs procFs) {
    Set<String> links;
    try (Stream<String> sockets = Files.lines(SOCKETS)) {
      links =
          sockets
              .map(line -> line.strip().split(" +", PATH + 1))
              .filter(fields -> fields.length > PATH && fields[PATH].equals(path))
              .map(fields -> "socket:[" + fields[INODE] + "]")
              .collect(Collectors.toSet());
    } catch (IOException e) {
      return 0;
    }
    List<Integer> owners =
        processes().stream()
            .filter(pid -> procFs.program(pid).filter(name -> name.endsWith(PROGRAM)).isPresent())
            .filter(pid -> hasOpen(pid, links))
            .toList();
    return owners.size() == 1 ? owners.get(0) : 0;
  }

  private static List<Integer> processes() {
    try (Stream<Path> all = Files.list(PROC)) {
      return all.map(entry -> entry.getFileName().toString())
          .filter(name -> name.chars().allMatch(letter -> letter >= '0' && letter <= '9'))
          .map(Integer::valueOf)
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static boolean hasOpen(int pid, Set<String> links) {
    Path descriptors = PROC.resolve(pid + "/fd");
    try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
      for (Path descriptor : all) {
        if (Files.isSymbolicLink(descriptor)
            && links.contains(Files.readSymbolicLink(descriptor).toString())) {
          return true;
        }
      }
    } catch (IOException e) {
      return false; // the process has ended
    }
    return false;
  }
}
