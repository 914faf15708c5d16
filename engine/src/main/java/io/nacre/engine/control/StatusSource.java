package io.nacre.engine.control;

import java.util.Map;

/** Where status comes from: the engine, as values that JSON can hold. */
public interface StatusSource {
  /** Returns the present status; from any thread, quickly, and without waiting for anything. */
  Map<String, Object> status();
}
