package io.nacre.engine.kernelcache;

import io.nacre.engine.config.KernelCacheConfig;
import io.nacre.engine.config.KernelCacheConfig.Mode;
import io.nacre.engine.request.CleanFileSink;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.WakeUp;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.WriterProbe;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cache of clean files in the kernel: ignore marks, so that the opens of these files raise no
 * event. For any thread; {@link KernelCacheActor} does the work.
 *
 * <p>A mark hides every open of its file. Without a lease, it is set only on a file that only root
 * can change. With a lease, every writer waits, even one that root runs. A mark is set only on a
 * version that {@link CleanVersions} still contains after all other checks.
 *
 * <p><b>Owns</b> the mailbox. <b>Must not own</b> the fanotify group that the marks are in.
 * <b>Hands to</b> the actor: copies of descriptors, bounded. <b>Thread</b>: any.
 */
public final class KernelCache implements CleanFileSink, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KernelCache.class);
  private static final int CLEAR_SECONDS = 1;

  /** The state before the first search for idmapped mounts has ended. */
  static final String STARTING = "starting";

  /**
   * The interfaces and settings of a kernel cache.
   *
   * @param group the fanotify group whose events the marks suppress
   * @param opens the events of opens in the marks of this group
   * @param writers finds the writers of a file
   * @param clean the user-space cache, which is cleared before this one
   * @param hasRoomFor whether a descriptor of this number may stay open
   * @param stop ends every wait
   */
  public record Setup(
      FanotifyGroup group,
      long opens,
      KernelCacheConfig config,
      WriterProbe writers,
      CleanVersions clean,
      IntPredicate hasRoomFor,
      WakeUp stop,
      LongSupplier nanoClock) {}

  /** The levels that the actor reported last. */
  record Levels(long marks, int leases, int unreachable, String state, String uncertainty) {}

  private final Setup setup;
  private final KernelCacheMailbox mailbox;
  private final boolean needsLeases;
  private final KernelCacheCounts counts = new KernelCacheCounts();
  private final AccessFrequency frequency = new AccessFrequency();
  private final RefusedFiles refused = new RefusedFiles();
  private volatile boolean isSuspended;
  private volatile Levels levels = new Levels(0, 0, 0, STARTING, "");

  private KernelCache(Setup setup, KernelCacheMailbox mailbox) {
    this.setup = setup;
    this.mailbox = mailbox;
    this.needsLeases = setup.config().mode() == Mode.LEASED && setup.config().leases() > 0;
  }

  /** Opens a cache that sets no mark until its {@link KernelCacheActor} runs. */
  public static KernelCache open(Setup setup) throws ErrnoException {
    return new KernelCache(setup, KernelCacheMailbox.open());
  }

  /** Loads every class and links every call site, so that no reader thread waits for that. */
  public void warmUp() {
    FileVersion nothing = new FileVersion(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    for (boolean isRootOnly : new boolean[] {true, false}) {
      FileFacts facts = new FileFacts(nothing, 0, isRootOnly);
      wants(facts);
      opened(mailbox.fd().number(), facts);
      frequency.addOpen(nothing);
      send(mailbox.fd().number(), facts);
      warmUpMailbox(facts);
    }
    counts.reset();
  }

  private void warmUpMailbox(FileFacts facts) {
    try {
      Fd copy = Fd.copyOf(mailbox.fd().number());
      mailbox.warmUp(new KernelCacheActor.Offer(new MarkCandidate(copy, facts)));
    } catch (ErrnoException e) {
      counts.addRefused(Refusal.QUEUE_FULL); // as an offer does without a free descriptor
    }
  }

  @Override
  public void scanned(int fd, FileFacts facts) {
    if (!needsLeases && facts.isRootOnly()) {
      offer(fd, facts);
    }
  }

  @Override
  public void opened(int fd, FileFacts facts) {
    if (needsLeases ? frequency.addOpen(facts.version()) : facts.isRootOnly()) {
      offer(fd, facts);
    }
  }

  @Override
  public boolean wants(FileFacts facts) {
    return (facts.isRootOnly() || needsLeases)
        && !isSuspended
        && !refused.contains(facts.version());
  }

  private void offer(int fd, FileFacts facts) {
    if (isSuspended || refused.contains(facts.version())) {
      return;
    }
    if (!mailbox.hasRoom() || !send(fd, facts)) {
      counts.addRefused(Refusal.QUEUE_FULL);
    }
  }

  private boolean send(int fd, FileFacts facts) {
    try {
      Fd copy = Fd.copyOf(fd);
      KernelCacheActor.Offer offer = new KernelCacheActor.Offer(new MarkCandidate(copy, facts));
      boolean isSent = setup.hasRoomFor().test(copy.number()) && mailbox.trySend(offer);
      if (!isSent) {
        offer.drop();
      }
      return isSent;
    } catch (ErrnoException e) {
      return false;
    }
  }

  /**
   * Removes all marks and gives back all leases; to be called when {@link CleanVersions} has been
   * cleared. The caller waits until that is done, but no longer than a second.
   */
  public void clear() {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    mailbox.send(new KernelCacheActor.Clear(done));
    try {
      done.get(CLEAR_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the ignore marks of {} files are still being removed", levels.marks());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Sets no more marks, removes all marks, and gives back all leases; until {@link #resume}.
   *
   * @return completes with true when no mark is left; with false if the actor ends first, or if
   *     some marks cannot be reached now
   */
  public CompletionStage<Boolean> suspend() {
    isSuspended = true;
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    mailbox.send(new KernelCacheActor.Clear(done));
    return done.thenApply(isDone -> isDone && levels.unreachable() == 0);
  }

  /** Sets marks again. */
  public void resume() {
    isSuspended = false;
  }

  /** Returns whether no mark may be set now. */
  boolean isSuspended() {
    return isSuspended;
  }

  /**
   * Returns the cache status of the file that {@code fd} is open on; the caller still owns {@code
   * fd}.
   */
  public CompletionStage<CacheStatus> explain(int fd) {
    CompletableFuture<CacheStatus> answer = new CompletableFuture<>();
    try {
      mailbox.send(new KernelCacheActor.Explain(Fd.copyOf(fd), answer));
    } catch (ErrnoException e) {
      answer.completeExceptionally(e);
    }
    return answer;
  }

  Setup setup() {
    return setup;
  }

  KernelCacheMailbox mailbox() {
    return mailbox;
  }

  KernelCacheCounts counts() {
    return counts;
  }

  AccessFrequency frequency() {
    return frequency;
  }

  RefusedFiles refused() {
    return refused;
  }

  /** Returns whether every mark needs a lease. */
  boolean needsLeases() {
    return needsLeases;
  }

  void report(Levels now) {
    levels = now;
  }

  /** Returns the values for {@code nacre status}; marks that the kernel dropped count as well. */
  public Map<String, Object> status() {
    Levels now = levels;
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("state", now.state());
    status.put("uncertainty", now.uncertainty());
    status.put("marked", now.marks());
    status.put("marked-ever", counts.marked());
    status.put("leased", now.leases());
    status.put("unreachable", now.unreachable());
    status.put("refused", counts.refused());
    status.put("removed", counts.removed());
    return status;
  }

  /**
   * Closes a cache whose actor was never started; a started actor closes the mailbox at its end.
   */
  @Override
  public void close() {
    if (!mailbox.isAttached()) {
      mailbox.close();
    }
  }
}
