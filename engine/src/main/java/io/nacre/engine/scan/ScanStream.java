package io.nacre.engine.scan;

import io.nacre.engine.request.BackgroundScan;
import io.nacre.engine.request.BackgroundSink;
import io.nacre.engine.request.JobContext;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.RequestSink;
import io.nacre.engine.request.ScanJob;
import io.nacre.engine.request.Scanned;
import io.nacre.engine.verdict.FileInspector;
import io.nacre.engine.verdict.SignatureSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;

/**
 * The one long-lived stream from a job to what follows its answer.
 *
 * <pre>
 * offer → bounded queue → ScanScheduler ⇄ ScanExecutor.scan (as many at once as connections)
 *                              ↓ done
 * offerAnswered → queue → ScanExecutor.leave: after the answer, then the descriptor is closed
 * </pre>
 *
 * <ul>
 *   <li>Owns: each job that an {@code offer} took, until it is closed.
 *   <li>Must not own: the order of scans, deadlines, caches.
 *   <li>Hands to: {@link ScanScheduler} and {@link ScanExecutor}.
 *   <li>Thread: offers come from any thread; all else runs on one pinned thread.
 * </ul>
 */
public final class ScanStream implements RequestSink, BackgroundSink, AnsweredSink {

  /**
   * How much there is room for; each job inside holds a descriptor.
   *
   * @param requests in the scheduler; as many may be in the queue before it
   * @param background background scans, wherever they are
   * @param connections scans at the same time, which may change
   */
  public record Limits(int requests, int background, IntSupplier connections) {}

  /**
   * What the stream works with.
   *
   * @param isClamdSilent whether clamd leaves even a command unanswered
   * @param nanoClock the clock of deadlines
   * @param jobs what all jobs have in common
   * @param files finds jobs about the same file
   * @param signatures the signatures that verdicts come from
   */
  public record Setup(
      Limits limits,
      BooleanSupplier isClamdSilent,
      LongSupplier nanoClock,
      JobContext jobs,
      FileInspector files,
      SignatureSet signatures) {}

  /** A thread of its own: several would only hand each other the cached state of one of them. */
  private static final String DISPATCHER = "nacre.pinned-dispatcher";

  /** The most scans at the same time, with any number of connections. */
  private static final int MOST_SCANS = 4096;

  /** Answered requests that may wait for what follows the answer. */
  private static final int ANSWERED = 64;

  private final BoundedSourceQueue<ScanJob> queue;
  private final BoundedSourceQueue<Scanned> answered;
  private final Semaphore backgroundPermits;
  private final CompletionStage<Done> ended;
  private final QueueGauges gauges;
  private final Limits limits;

  private ScanStream(
      BoundedSourceQueue<ScanJob> queue,
      BoundedSourceQueue<Scanned> answered,
      Semaphore backgroundPermits,
      CompletionStage<Done> ended,
      QueueGauges gauges,
      Limits limits) {
    this.queue = queue;
    this.answered = answered;
    this.backgroundPermits = backgroundPermits;
    this.ended = ended;
    this.gauges = gauges;
    this.limits = limits;
  }

  /** Starts the stream, which scans by {@code executor}. */
  public static ScanStream start(ActorSystem<?> system, Setup setup, ScanExecutor executor) {
    Limits limits = setup.limits();
    QueueGauges gauges = new QueueGauges();
    Semaphore backgroundPermits = new Semaphore(limits.background());
    ScanScheduler scheduler = new ScanScheduler(setup, UserLookup.PROCFS, gauges);
    Flow<ScanJob, Scanned, NotUsed> scanners =
        Flow.of(ScanJob.class).mapAsyncUnordered(MOST_SCANS, executor::scan);
    var running =
        Source.<ScanJob>queue(limits.requests() + limits.background())
            .via(BidiFlow.fromGraph(scheduler).join(scanners))
            .mergeMat(Source.<Scanned>queue(ANSWERED), Keep.both())
            .toMat(
                Sink.foreach(
                    scanned -> {
                      executor.leave(scanned);
                      if (scanned.job() instanceof BackgroundScan) {
                        backgroundPermits.release();
                      }
                    }),
                Keep.both())
            .withAttributes(ActorAttributes.dispatcher(DISPATCHER))
            .run(system);
    return new ScanStream(
        running.first().first(),
        running.first().second(),
        backgroundPermits,
        running.second(),
        gauges,
        limits);
  }

  @Override
  public boolean offer(PermissionRequest request) {
    return enqueue(request);
  }

  @Override
  public boolean offer(BackgroundScan scan) {
    if (!backgroundPermits.tryAcquire()) {
      return false;
    }
    if (!enqueue(scan)) {
      backgroundPermits.release();
      return false;
    }
    return true;
  }

  /** Returns false if the queue is full or the stream has ended. */
  private boolean enqueue(ScanJob job) {
    return queue.offer(job) == QueueOfferResult.enqueued();
  }

  @Override
  public boolean offerAnswered(PermissionRequest request) {
    Scanned unscanned = new Scanned(request, request.answer().because());
    return answered.offer(unscanned) == QueueOfferResult.enqueued();
  }

  /** Takes no more jobs; those inside are still scanned. */
  public void complete() {
    queue.complete();
    answered.complete();
  }

  /** Completes when the stream has ended, and badly if it failed. */
  public CompletionStage<Done> ended() {
    return ended;
  }

  /** Returns whether there are connections that no opener needs. */
  public boolean isIdle() {
    return !gauges.hasBlockedOpeners()
        && gauges.counts().scanning() < limits.connections().getAsInt();
  }

  /** Returns whether no request waits or is scanned, and no background scan is inside. */
  public boolean isEmpty() {
    QueueGauges.Counts now = gauges.counts();
    return now.waiting() + now.scanning() + now.deferred() == 0
        && backgroundPermits.availablePermits() == limits.background();
  }

  /** Returns how full the stream is. */
  public QueueGauges.Counts gauges() {
    return gauges.counts();
  }
}
