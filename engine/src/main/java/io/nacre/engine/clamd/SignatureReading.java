package io.nacre.engine.clamd;

import java.time.Instant;
import java.util.Optional;

/**
 * Which signatures a clamd uses, as far as its {@link SignatureWatch} can tell.
 *
 * @param directory the database directory as clamd names it, if its loads can be observed
 * @param newest the time of the newest file in that directory
 * @param uncertainty why clean verdicts of this clamd are not cached; empty if they are
 */
public record SignatureReading(
    Optional<String> directory, Optional<Instant> newest, String uncertainty) {

  /** The reading before clamd was asked for the first time. */
  static final SignatureReading NOT_ASKED =
      new SignatureReading(Optional.empty(), Optional.empty(), "it was not asked yet");
}
