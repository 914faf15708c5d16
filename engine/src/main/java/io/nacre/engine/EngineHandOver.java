package io.nacre.engine;

import io.nacre.engine.caching.CacheTransfer;
import io.nacre.engine.caching.Caching;
import io.nacre.engine.clamd.Scanners;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.handover.HandOverException;
import io.nacre.engine.handover.IncomingEngine;
import io.nacre.engine.handover.OutgoingEngine;
import io.nacre.engine.handover.TransferableState;
import io.nacre.engine.intake.Intake;
import io.nacre.engine.json.JsonObject;
import io.nacre.engine.ops.ServiceNotification;
import io.nacre.engine.ops.SupervisorFile;
import io.nacre.engine.scan.Scanning;
import io.nacre.engine.scan.rescan.RescanTransfer;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.watch.Watching;
import io.nacre.linux.Fd;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.process.OpenFileLimit;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stages of an engine as a hand-over uses them, in either direction.
 *
 * <ul>
 *   <li>Owns: nothing; it calls the stages in the order that leaves no gap.
 *   <li>Must not own: the protocol and its time limits.
 *   <li>Hands to: the stages.
 *   <li>Thread: the thread of the hand-over.
 * </ul>
 */
final class EngineHandOver implements OutgoingEngine, IncomingEngine {
  private static final Logger LOG = LoggerFactory.getLogger(EngineHandOver.class);

  private static final long STAGE_SECONDS = 5;
  private static final long STOP_READING_MILLIS = 20;
  private static final long PAUSE_MILLIS = 2_000;

  /** Beyond the time until clamd is there: the start of the program and the startup probe. */
  private static final Duration WARM_UP = Duration.ofMinutes(2);

  /** No successor reads more events in the moment until it is killed. */
  private static final int ABANDONED_NUMBERS = 16_384;

  /** The parts of the engine that take part. */
  record Stages(
      StageContext context,
      Operating operating,
      Caching caching,
      Scanners scanners,
      Scanning scanning,
      Watching watching,
      Intake intake) {}

  private final Stages stages;
  private final StageContext context;
  private final ServiceNotification service;
  private final Duration startTimeout;
  private final CompletableFuture<String> failed;
  private final CompletableFuture<Long> handedOver = new CompletableFuture<>();
  private final CacheTransfer caches;
  private volatile long successor;

  /**
   * The hand-over of an engine with {@code stages}.
   *
   * @param startTimeout how long a clamd may load
   * @param failed ends the engine with a reason
   */
  EngineHandOver(
      Stages stages,
      ServiceNotification service,
      Duration startTimeout,
      CompletableFuture<String> failed) {
    this.stages = stages;
    this.context = stages.context();
    this.service = service;
    this.startTimeout = startTimeout;
    this.failed = failed;
    this.caches = new CacheTransfer(stages.caching().caches());
  }

  /** Returns the future that completes with the successor's process when this engine may end. */
  CompletableFuture<Long> handedOver() {
    return handedOver;
  }

  @Override
  public boolean isPreventing() {
    return context.isPreventing();
  }

  @Override
  public String signatures() {
    return stages.caching().caches().signatures().isUncertain()
        ? ""
        : stages.scanners().signatureIdentity();
  }

  @Override
  public void setOtherEngine(int pid) {
    context.scannerProcesses().setOtherEngine(pid);
  }

  @Override
  public void clearOtherEngine() {
    context.scannerProcesses().clearOtherEngine();
  }

  // The engine that hands over:

  @Override
  public Fd group() {
    return context.group().fd();
  }

  @Override
  public Duration warmUpTimeout() {
    return startTimeout.plus(WARM_UP);
  }

  @Override
  public void yieldMarks() throws IOException {
    if (!await(stages.caching().caches().kernelCache().suspend())) {
      throw new HandOverException(
          "some marks of the kernel cache cannot be removed now; try again, or set"
              + " nacre.cache.kernel.mode = off");
    }
    Object unused = await(stages.watching().allowIgnoreMarks(false).thenApply(done -> true));
    context.group().keepMarks(true);
  }

  @Override
  public void reclaimMarks() {
    context.group().keepMarks(false);
    CompletionStage<Void> unused = stages.watching().allowIgnoreMarks(true);
    stages.caching().caches().kernelCache().resume();
  }

  private static boolean await(CompletionStage<Boolean> step) throws IOException {
    try {
      return step.toCompletableFuture().get(STAGE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new HandOverException("the marks could not be prepared in time: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HandOverException("interrupted");
    }
  }

  @Override
  public List<TransferableState> copyCaches() {
    caches.begin();
    return caches.states();
  }

  @Override
  public Map<String, Object> invalidated() {
    return caches.invalidated();
  }

  @Override
  public void endCopy() {
    caches.end();
  }

  @Override
  public int firstFreeNumber() throws IOException {
    return OpenFileLimit.highest() + 1;
  }

  @Override
  public boolean stopReading() {
    return stages.intake().gate().shut(STOP_READING_MILLIS);
  }

  @Override
  public void resumeReading(int firstNumber) {
    if (firstNumber > 0) {
      long end = Math.min((long) firstNumber + ABANDONED_NUMBERS, context.descriptors().limit());
      answerAbandoned(firstNumber, (int) end);
    }
    stages.intake().gate().open();
  }

  @Override
  public void announceSuccessor(long pid) {
    successor = pid;
    SupervisorFile.write(pid);
    service.mainProcess(pid);
    stages.scanning().drain();
  }

  @Override
  public boolean isDone() {
    return context.counts().unanswered().count() == 0 && stages.scanning().isEmpty();
  }

  @Override
  public List<TransferableState> lastStates() {
    return List.of(new RescanTransfer(stages.scanning().rescans()));
  }

  @Override
  public void leave() {
    handedOver.complete(successor);
  }

  @Override
  public void fail(String reason) {
    failed.complete(reason);
  }

  // The engine that takes over:

  @Override
  public void adopt(Fd group) throws IOException {
    if (!stages.intake().gate().shut(PAUSE_MILLIS)) {
      throw new HandOverException("a reader is stuck");
    }
    if (!await(stages.caching().caches().kernelCache().suspend())) {
      throw new HandOverException("the kernel cache does not answer");
    }
    context.group().replaceBy(group);
    context.group().keepMarks(true);
  }

  @Override
  public List<TransferableState> states() {
    return Stream.concat(caches.states().stream(), lastStates().stream()).toList();
  }

  @Override
  public void invalidate(JsonObject read) {
    caches.invalidate(read);
  }

  @Override
  public void startReading() {
    stages.intake().gate().open();
  }

  @Override
  public void commit() throws IOException {
    context.group().keepMarks(false);
    stages.caching().caches().kernelCache().resume();
    stages.operating().publish();
    SupervisorFile.write(ProcessHandle.current().pid());
  }

  @Override
  public void answerAbandoned(int below) {
    answerAbandoned(0, below);
  }

  private void answerAbandoned(int from, int to) {
    Response response = context.policy().current().fallback().responseTo(FallbackReason.STOPPING);
    int answered = context.group().respondToNumbers(from, to, response);
    for (int i = 0; i < answered; i++) {
      context.counts().add(response, FallbackReason.STOPPING);
    }
    if (answered > 0) {
      LOG.warn("{} opens that the other engine left were answered without a scan", answered);
    }
  }

  @Override
  public void removeForeignMarks() {
    try {
      int removed = stages.watching().removeForeignMarks();
      if (removed > 0) {
        LOG.info("removed {} marks of the former engine that are not needed", removed);
      }
    } catch (IOException e) {
      LOG.warn("marks of the former engine may be left: {}", e.getMessage());
    }
  }
}
