package io.nacre.engine.cli.selftest;

import java.util.List;

/** The contents of the harmless file that every scanner detects by agreement. */
public final class Eicar {
  /** In pieces, so that no scanner takes this program for the test file. */
  private static final List<String> PIECES =
      List.of("X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*");

  private Eicar() {}

  public static String text() {
    return String.join("", PIECES);
  }
}
