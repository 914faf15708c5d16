package io.nacre.bench;

import io.nacre.engine.verdict.CleanFiles;
import io.nacre.engine.verdict.FileVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Prints how many opens of a trace hit the cache, with {@link CleanFiles} and with least recent
 * use: {@code java -cp bench/target/classes:bench/target/lib/* io.nacre.bench.HitRate [TRACE]}.
 *
 * <p>A trace has a path on each line, as {@code strace -f -e openat} of a build shows them. Without
 * one there is one made up: opens of 20,000 files by Zipf's law, and in between walks over 200,000
 * others, each of which opens everything once.
 */
public final class HitRate {
  private static final int HOT = 20_000;
  private static final int WALKED = 200_000;
  private static final int OPENS = 300_000;
  private static final int ROUNDS = 4;
  private static final int[] SHARES = {2, 5, 10, 25, 50};

  private HitRate() {}

  /** Replays a trace with room for some of its files. */
  public static void main(String[] arguments) throws IOException {
    List<Integer> trace = arguments.length > 0 ? read(Path.of(arguments[0])) : invented();
    long files = trace.stream().distinct().count();
    System.out.printf("%,d opens of %,d files%n", trace.size(), files);
    System.out.printf("%10s %10s %10s%n", "room", "W-TinyLFU", "LRU");
    for (int share : SHARES) {
      int capacity = (int) (files * share / 100);
      System.out.printf(
          "%,10d %9.1f%% %9.1f%%%n",
          capacity, 100 * byFrequency(trace, capacity), 100 * byAge(trace, capacity));
    }
  }

  private static double byFrequency(Collection<Integer> trace, int capacity) {
    CleanFiles files = new CleanFiles(capacity);
    int hits = 0;
    for (int inode : trace) {
      FileVersion version = new FileVersion(7, 0, inode, 4096, 0, 0, 0, 0, 0, 0, 1);
      if (files.contains(version)) {
        hits++;
      } else {
        files.end(files.begin(version), /* isClean= */ true);
      }
    }
    return (double) hits / trace.size();
  }

  private static double byAge(Collection<Integer> trace, int capacity) {
    LinkedHashMap<Integer, Boolean> files = new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);
    int hits = 0;
    for (int inode : trace) {
      if (files.get(inode) != null) {
        hits++;
      } else {
        files.put(inode, true);
        if (files.size() > capacity) {
          files.remove(files.keySet().iterator().next());
        }
      }
    }
    return (double) hits / trace.size();
  }

  private static List<Integer> read(Path trace) throws IOException {
    Map<String, Integer> numbers = new HashMap<>();
    try (Stream<String> lines = Files.lines(trace)) {
      return lines.map(line -> numbers.computeIfAbsent(line, x -> numbers.size())).toList();
    }
  }

  private static List<Integer> invented() {
    Random random = new Random(1);
    List<Integer> trace = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < OPENS; i++) {
        trace.add((int) Math.pow(HOT, random.nextDouble()) - 1);
      }
      for (int i = 0; i < WALKED; i++) {
        trace.add(HOT + i);
      }
    }
    return trace;
  }
}
