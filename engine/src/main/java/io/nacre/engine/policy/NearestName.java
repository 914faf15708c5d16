package io.nacre.engine.policy;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/** The known name that is most similar to an unknown one, for a message. */
public final class NearestName {
  /** A name with more differences is no useful suggestion. */
  private static final int CLOSE = 3;

  private NearestName() {}

  /** Returns "; did you mean …?" if a known name is similar. */
  public static String suggestion(String name, Set<String> known) {
    Optional<String> nearest =
        known.stream()
            .filter(candidate -> distance(name, candidate) <= CLOSE)
            .min(Comparator.comparingInt(candidate -> distance(name, candidate)));
    return nearest.map(candidate -> "; did you mean " + candidate + "?").orElse("");
  }

  /** Returns the number of letters to add, drop or change between {@code a} and {@code b}. */
  private static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > CLOSE) {
      return CLOSE + 1; // at least
    }
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
