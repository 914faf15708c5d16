package io.nacre.engine.detection;

import io.nacre.engine.context.Stage;
import io.nacre.engine.context.StageChange;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.detection.Reporter.Actions;
import io.nacre.engine.request.DescriptorCloser;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The stage that follows an infected verdict: record, action on the file, hook.
 *
 * <ul>
 *   <li>Owns: the reporter thread, the sinks, the infected files that stay open behind the answer.
 *   <li>Must not own: a request; each is closed by the end of the scan stream.
 *   <li>Hands to: the sinks and the action on the file.
 *   <li>Thread: the reporter thread, which may wait for disks and never for a protected file.
 * </ul>
 */
public final class Detecting implements Stage {
  private final Reporter reporter;
  private final Detections detections;

  private Detecting(Reporter reporter, Detections detections) {
    this.reporter = reporter;
    this.detections = detections;
  }

  /**
   * Opens the sinks and starts the reporter thread.
   *
   * @param actions the action on an infected file, and the sinks
   * @param closer closes the descriptors of infected files
   */
  public static Detecting open(Actions actions, StageContext context, DescriptorCloser closer) {
    RetainedFiles files = new RetainedFiles(context.descriptors()::hasRoomFor, closer);
    Reporter reporter = new Reporter(actions, files);
    return new Detecting(
        reporter, new Detections(Clock.systemUTC(), context.nanoClock(), files, reporter));
  }

  /**
   * Prepares the change to {@code next}, whose sinks the stage takes over.
   *
   * @param next the action on an infected file, and the sinks, already open
   */
  public StageChange prepare(Actions next) {
    return new StageChange() {
      @Override
      public CompletionStage<Void> commit() {
        reporter.replace(next);
        return CompletableFuture.completedFuture(null);
      }

      @Override
      public void discard() {
        next.sinks().close();
      }
    };
  }

  /** Returns the receiver of jobs behind their answer. */
  public Detections detections() {
    return detections;
  }

  /** Returns the thread that reports. */
  public Reporter reporter() {
    return reporter;
  }

  @Override
  public void close() {
    reporter.close();
  }
}
