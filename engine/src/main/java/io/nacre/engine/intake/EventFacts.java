package io.nacre.engine.intake;

import java.util.OptionalInt;

/** What triage may read of an event; each costs a system call, and only when it is read. */
interface EventFacts {
  /** Returns the process, or 0 if it lives outside our process namespace. */
  int pid();

  /** Returns true for a regular file. */
  boolean isRegular();

  /** Returns the size of the file in bytes. */
  long size();

  /** Returns true if clamd found the file clean, and it cannot have changed since. */
  boolean isCachedClean();

  /**
   * Returns true if the path says where the file is: it was opened through a mount of our own
   * namespace, and has no other name.
   */
  boolean hasReliablePath();

  /** Copies the path into {@code path}; returns its length, or -1 if it is unknown. */
  int path(byte[] path);

  /** Returns the user the process acts as, or nothing if it is gone. */
  OptionalInt user();

  /**
   * Copies the path of the program the process runs into {@code program}; returns its length, or -1
   * if it is unknown.
   */
  int program(byte[] program);

  /** Returns the process that started the process, or nothing if it is unknown. */
  OptionalInt parent();

  /** Returns true if the process is not one of a container that counts its own processes. */
  boolean isInOurPidNamespace();
}
