package io.nacre.engine.context;

/** The reason why an engine cannot start; its message says what is wrong, and what to do. */
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

  /** Returns the exit code of the process, one of {@link ExitCode}. */
  public int exitCode() {
    return exitCode;
  }
}
