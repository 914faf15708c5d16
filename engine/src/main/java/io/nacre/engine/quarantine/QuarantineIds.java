package io.nacre.engine.quarantine;

import java.security.SecureRandom;

/** The names of files in the quarantine: short, easy to type and hard to confuse. */
final class QuarantineIds {
  private static final String CHARACTERS = "23456789abcdefghjkmnpqrstvwxyz";
  private static final int LENGTH = 6;
  private static final SecureRandom RANDOM = new SecureRandom();

  private QuarantineIds() {}

  /** Returns a new id, which may be in use. */
  static String random() {
    StringBuilder id = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      id.append(CHARACTERS.charAt(RANDOM.nextInt(CHARACTERS.length())));
    }
    return id.toString();
  }

  /** Returns whether {@code text} has the form of an id, which no path has. */
  static boolean isId(String text) {
    return text.length() == LENGTH && text.chars().allMatch(c -> CHARACTERS.indexOf(c) >= 0);
  }
}
