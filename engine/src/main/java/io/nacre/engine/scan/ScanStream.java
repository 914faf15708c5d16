package io.nacre.engine.scan;

import io.nacre.engine.request.PermissionRequest;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
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
 * The one long-lived stream from a request to what follows its answer.
 *
 * <pre>
 * offer → bounded queue → waiting room → scanners (as many at once as there are connections)
 *                              ↓ done
 * offerAnswered → queue → after the answer: detection, then the descriptor is closed
 * </pre>
 */
public final class ScanStream {

  /**
   * How much there is room for; each request inside holds a descriptor.
   *
   * @param requests that somebody waits for, in the room; as many may be in the queue before it
   * @param background requests that nobody waits for, wherever they are
   * @param connections scans at the same time
   */
  public record Limits(int requests, int background, int connections) {}

  /** A thread of its own: several would only hand each other what one of them has at hand. */
  private static final String DISPATCHER = "nacre.pinned-dispatcher";

  /** Answered requests that may wait for what follows the answer. */
  private static final int ANSWERED = 64;

  private final BoundedSourceQueue<PermissionRequest> queue;
  private final BoundedSourceQueue<Scanned> answered;
  private final Semaphore backgroundPlaces;
  private final CompletionStage<Done> ended;
  private final QueueGauges occupancy;
  private final int connections;

  private ScanStream(
      BoundedSourceQueue<PermissionRequest> queue,
      BoundedSourceQueue<Scanned> answered,
      Semaphore backgroundPlaces,
      CompletionStage<Done> ended,
      QueueGauges occupancy,
      int connections) {
    this.queue = queue;
    this.answered = answered;
    this.backgroundPlaces = backgroundPlaces;
    this.ended = ended;
    this.occupancy = occupancy;
    this.connections = connections;
  }

  /**
   * Starts the stream.
   *
   * @param isClamdSilent whether clamd leaves even a question unanswered
   * @param requests what all requests have in common
   * @param files tells which requests are about the same file; used by the stream alone
   * @param scanner scans the file of a request and answers it; its stage always completes well
   * @param afterAnswer is told of every request that leaves, scanned or given up, behind its answer
   *     and before its descriptor is closed
   */
  public static ScanStream start(
      ActorSystem<?> system,
      Limits limits,
      BooleanSupplier isClamdSilent,
      LongSupplier nanoClock,
      PermissionRequest.Context requests,
      FileProbe files,
      Function<PermissionRequest, CompletionStage<Scanned>> scanner,
      Consumer<Scanned> afterAnswer) {
    QueueGauges occupancy = new QueueGauges();
    Flow<PermissionRequest, Scanned, NotUsed> scanners =
        Flow.of(PermissionRequest.class).mapAsyncUnordered(limits.connections(), scanner::apply);
    ScanScheduler room =
        new ScanScheduler(
            limits.requests(),
            limits.connections(),
            isClamdSilent,
            nanoClock,
            requests,
            files,
            request -> request.lookUpUser().orElse(PendingScan.NOBODY),
            occupancy);
    Semaphore backgroundPlaces = new Semaphore(limits.background());
    var running =
        Source.<PermissionRequest>queue(limits.requests() + limits.background())
            .via(BidiFlow.fromGraph(room).join(scanners))
            .mergeMat(Source.<Scanned>queue(ANSWERED), Keep.both())
            .toMat(
                Sink.foreach(
                    scanned -> {
                      afterAnswer.accept(scanned);
                      scanned.request().close();
                      if (scanned.request().occasion().isBackground()) {
                        backgroundPlaces.release();
                      }
                    }),
                Keep.both())
            .withAttributes(ActorAttributes.dispatcher(DISPATCHER))
            .run(system);
    return new ScanStream(
        running.first().first(),
        running.first().second(),
        backgroundPlaces,
        running.second(),
        occupancy,
        limits.connections());
  }

  /** Hands a request on; returns false if the queue is full or the stream has ended. */
  public boolean offer(PermissionRequest request) {
    return queue.offer(request) == QueueOfferResult.enqueued();
  }

  /** Hands on what nobody waits for; returns false if there is no room for more of that. */
  public boolean offerBackground(PermissionRequest request) {
    if (!backgroundPlaces.tryAcquire()) {
      return false;
    }
    if (!offer(request)) {
      backgroundPlaces.release();
      return false;
    }
    return true;
  }

  /**
   * Hands on a request that is answered already, for what follows the answer; returns false if too
   * many wait for that.
   */
  public boolean offerAnswered(PermissionRequest request) {
    Scanned known = new Scanned(request, request.answered().orElseThrow().because());
    return answered.offer(known) == QueueOfferResult.enqueued();
  }

  /** Takes no more requests; those inside are still scanned. */
  public void complete() {
    queue.complete();
    answered.complete();
  }

  /** Returns when the stream has ended, and whether it failed. */
  public CompletionStage<Done> ended() {
    return ended;
  }

  /** Returns whether there are connections that no opener needs. */
  public boolean hasTime() {
    return !occupancy.isAnybodyQueued() && occupancy.counts().scanning() < connections;
  }

  /** Returns how full it is. */
  public QueueGauges.Counts occupancy() {
    return occupancy.counts();
  }
}
