package io.nacre.engine.control;

import java.util.Map;

/** The status of the engine, as values that JSON can hold. */
public interface StatusSource {
  /** Returns the present status. For any thread; quick, and without waiting. */
  Map<String, Object> status();
}
