package io.nacre.engine.context;

/** What the program's exit code says; from sysexits.h where it has one. */
public final class ExitCode {
  /** All went well. */
  public static final int OK = 0;

  /** Something infected was found, is not protected, or a step of the demo did not hold. */
  public static final int FOUND = 1;

  /** The command line was wrong, or something failed. */
  public static final int USAGE = 2;

  /** clamd or fanotify cannot be had: {@code EX_UNAVAILABLE}. */
  public static final int UNAVAILABLE = 69;

  /** A part of the engine failed for good: {@code EX_SOFTWARE}. */
  public static final int FAILED = 70;

  /** A privilege is missing: {@code EX_NOPERM}. */
  public static final int NO_PERMISSION = 77;

  /** The configuration is refused: {@code EX_CONFIG}. */
  public static final int CONFIGURATION = 78;

  private ExitCode() {}
}
