package io.nacre.engine.verdict;

/** The result of one scan. */
public sealed interface Verdict {

  /** The whole file was scanned, and nothing was found. */
  record Clean() implements Verdict {}

  /**
   * A signature matched.
   *
   * @param signature clamd's name for it
   */
  record Infected(String signature) implements Verdict {}

  /**
   * There is no result.
   *
   * @param reason the reason
   * @param detail the event in words; clamd's own where it had any
   */
  record Unscanned(FallbackReason reason, String detail) implements Verdict {}
}
