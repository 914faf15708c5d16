package io.nacre.engine.cli.selftest;

import java.util.List;

/** The EICAR test file: harmless content that every scanner detects by agreement. */
public final class Eicar {
  /** In pieces, so that no scanner detects this program. */
  private static final List<String> PIECES =
      List.of("X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*");

  private Eicar() {}

  /** Returns the content of the file. */
  public static String text() {
    return String.join("", PIECES);
  }
}
