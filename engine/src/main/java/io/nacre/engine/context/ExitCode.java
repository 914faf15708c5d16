package io.nacre.engine.context;

/** The exit codes of the program; those of sysexits.h where it has one. */
public final class ExitCode {
  /** No error. */
  public static final int OK = 0;

  /** An infected file was found, a path is not protected, or a step of the demo failed. */
  public static final int FOUND = 1;

  /** The command line is wrong, or an operation failed. */
  public static final int USAGE = 2;

  /** clamd or fanotify is not available: {@code EX_UNAVAILABLE}. */
  public static final int UNAVAILABLE = 69;

  /** A part of the engine failed: {@code EX_SOFTWARE}. */
  public static final int FAILED = 70;

  /** A privilege is missing: {@code EX_NOPERM}. */
  public static final int NO_PERMISSION = 77;

  /** The configuration is refused: {@code EX_CONFIG}. */
  public static final int CONFIGURATION = 78;

  private ExitCode() {}
}
