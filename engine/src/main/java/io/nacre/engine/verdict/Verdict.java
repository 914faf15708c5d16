package io.nacre.engine.verdict;

/** What the scanner found out about one file. */
public sealed interface Verdict {

  /** Scanned as a whole, and nothing found. */
  record Clean() implements Verdict {}

  /**
   * Something was found.
   *
   * @param signature clamd's name for it
   */
  record Infected(String signature) implements Verdict {}

  /**
   * No scan result.
   *
   * @param reason why there is none
   * @param detail what happened, for people; clamd's own words where it had any
   */
  record Unscanned(FallbackReason reason, String detail) implements Verdict {}
}
