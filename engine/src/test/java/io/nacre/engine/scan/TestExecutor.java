package io.nacre.engine.scan;

import io.nacre.engine.fixture.NoCache;
import io.nacre.engine.request.AfterAnswer;
import io.nacre.engine.request.CleanFileSink;
import io.nacre.engine.request.FileScanner;
import io.nacre.engine.verdict.InfectedFiles;
import io.nacre.engine.verdict.SignatureSet;
import java.time.Clock;
import java.util.List;

/** Scan executors without a cache of clean files. */
final class TestExecutor {
  private TestExecutor() {}

  static ScanExecutor of(FileScanner scanner, AfterAnswer afterAnswer) {
    return of(scanner, afterAnswer, new InfectedFiles(8), signatures());
  }

  static ScanExecutor of(
      FileScanner scanner,
      AfterAnswer afterAnswer,
      InfectedFiles infected,
      SignatureSet signatures) {
    return new ScanExecutor(
        new ScanExecutor.Steps(
            PrefetchHint.NONE,
            NoCache.create(),
            infected,
            signatures,
            scanner,
            CleanFileSink.NONE,
            afterAnswer),
        System::nanoTime);
  }

  static SignatureSet signatures() {
    return new SignatureSet(Clock.systemUTC(), () -> 0, List.of());
  }
}
