package io.nacre.engine.context;

/** An engine that cannot start; the message tells people why, and what to do. */
public final class EngineStartException extends Exception {
  private final int exitCode;

  public EngineStartException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  public EngineStartException(int exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** Returns the exit code to end with, of {@link ExitCode}. */
  public int exitCode() {
    return exitCode;
  }
}
