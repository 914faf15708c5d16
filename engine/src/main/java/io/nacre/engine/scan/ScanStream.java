package io.nacre.engine.scan;

import io.nacre.engine.request.PermissionRequest;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.japi.Pair;
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
 *                         after the answer: detection, then the descriptor is closed
 * </pre>
 */
public final class ScanStream {
  private final BoundedSourceQueue<PermissionRequest> queue;
  private final CompletionStage<Done> ended;
  private final Occupancy occupancy;

  private ScanStream(
      BoundedSourceQueue<PermissionRequest> queue,
      CompletionStage<Done> ended,
      Occupancy occupancy) {
    this.queue = queue;
    this.ended = ended;
    this.occupancy = occupancy;
  }

  /**
   * Starts the stream.
   *
   * @param capacity requests inside at most; each holds a descriptor
   * @param connections scans at the same time
   * @param scanner scans the file of a request and answers it; its stage always completes well
   * @param afterAnswer is told of every scan that is over, before the descriptor is closed
   */
  public static ScanStream start(
      ActorSystem<?> system,
      int capacity,
      int connections,
      LongSupplier nanoClock,
      Function<PermissionRequest, CompletionStage<Scanned>> scanner,
      Consumer<Scanned> afterAnswer) {
    Occupancy occupancy = new Occupancy();
    Flow<PermissionRequest, Scanned, NotUsed> scanners =
        Flow.of(PermissionRequest.class).mapAsyncUnordered(connections, scanner::apply);
    Pair<BoundedSourceQueue<PermissionRequest>, CompletionStage<Done>> running =
        Source.<PermissionRequest>queue(capacity)
            .via(BidiFlow.fromGraph(new WaitingRoom(capacity, nanoClock, occupancy)).join(scanners))
            .toMat(
                Sink.foreach(
                    scanned -> {
                      afterAnswer.accept(scanned);
                      scanned.request().close();
                    }),
                Keep.both())
            .run(system);
    return new ScanStream(running.first(), running.second(), occupancy);
  }

  /** Hands a request on; returns false if the queue is full or the stream has ended. */
  public boolean offer(PermissionRequest request) {
    return queue.offer(request) == QueueOfferResult.enqueued();
  }

  /** Takes no more requests; those inside are still scanned. */
  public void complete() {
    queue.complete();
  }

  /** Returns when the stream has ended, and whether it failed. */
  public CompletionStage<Done> ended() {
    return ended;
  }

  /** Returns how full it is. */
  public Occupancy.Counts occupancy() {
    return occupancy.counts();
  }
}
