package io.nacre.engine.request;

import io.nacre.engine.verdict.Verdict;
import java.util.concurrent.CompletionStage;

/** Scans the files of jobs. */
@FunctionalInterface
public interface FileScanner {

  /**
   * Scans the file of {@code job} and completes the job, which stays the caller's. The descriptor
   * is read until the returned stage completes.
   *
   * @return never fails; completes with the verdict, on the thread that learnt it, when the job is
   *     completed and its descriptor is not read any more
   */
  CompletionStage<Verdict> scan(ScanJob job);
}
