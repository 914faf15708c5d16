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
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where clean files are offered, so that the kernel raises no event for their next opens; and where
 * all of that is taken back. For any thread; {@link KernelCacheActor} does the work.
 *
 * <p>A mark hides every open of its file. So it is set only where nobody but root can change the
 * file, or, if there are leases, where whoever wants to waits for us, and be it root; and only on
 * what {@link Setup#isClean} still knows as clean when everything else was looked at.
 */
public final class KernelCache implements CleanFileSink, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KernelCache.class);
  private static final int FORGET_SECONDS = 1;

  /** It is not known yet which files may be marked. */
  static final String STARTING = "starting";

  private static final int CANDIDATES = 1024;
  private static final int REFUSED = 1 << 14;

  /**
   * What the kernel cache works with.
   *
   * @param group whose events are to be kept away
   * @param opens the events of opens that this group asks for
   * @param writers tells who can write a file
   * @param isClean whether a version of a file is still known to be clean; forgets first
   * @param changed is told of files that somebody may have changed unseen
   * @param unknown is run when that may be any file
   * @param hasRoomFor whether a descriptor of this number may be kept
   * @param stop ends every wait
   */
  public record Setup(
      FanotifyGroup group,
      long opens,
      KernelCacheConfig config,
      WriterProbe writers,
      Predicate<FileVersion> isClean,
      Consumer<FileVersion> changed,
      Runnable unknown,
      IntPredicate hasRoomFor,
      WakeUp stop,
      LongSupplier nanoClock) {}

  /** A question about a file. */
  record Question(Fd file, CompletableFuture<CacheStatus> answer) {}

  /** How much there is of everything, as the keeper last told. */
  record Levels(long marks, int leases, int postponed, String state, String doubt) {}

  private final Setup setup;
  private final WakeUp wakeUp;
  private final boolean leases;
  private final KernelCacheCounts counts = new KernelCacheCounts();
  private final AccessFrequency heat = new AccessFrequency();
  private final BlockingQueue<MarkCandidate> candidates = new ArrayBlockingQueue<>(CANDIDATES);
  private final BlockingQueue<MarkCandidate> hot = new ArrayBlockingQueue<>(CANDIDATES);
  private final Queue<Question> questions = new ConcurrentLinkedQueue<>();
  private final Queue<CompletableFuture<Boolean>> toForget = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean isAwake = new AtomicBoolean();

  /** What was refused until it changes, by a hash: some are refused that would not be. */
  private final AtomicIntegerArray refused = new AtomicIntegerArray(REFUSED);

  private volatile Levels levels = new Levels(0, 0, 0, STARTING, "");

  private KernelCache(Setup setup, WakeUp wakeUp) {
    this.setup = setup;
    this.wakeUp = wakeUp;
    this.leases = setup.config().mode() == Mode.LEASED && setup.config().leases() > 0;
  }

  /** Opens one that does nothing until its {@link KernelCacheActor} runs. */
  public static KernelCache open(Setup setup) throws ErrnoException {
    return new KernelCache(setup, WakeUp.open());
  }

  /** Loads every class and links every call site, so that no reader waits for that. */
  public void warmUp() {
    FileVersion nothing = new FileVersion(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    for (boolean isRootOnly : new boolean[] {true, false}) {
      FileFacts facts = new FileFacts(nothing, 0, isRootOnly);
      wants(facts);
      opened(wakeUp.fd().number(), facts);
      heat.isHot(nothing);
    }
    offer(wakeUp.fd().number(), new FileFacts(nothing, 0, false), hot);
    dropCandidates();
  }

  @Override
  public void scanned(int fd, FileFacts facts) {
    if (!leases && facts.isRootOnly()) {
      offer(fd, facts, candidates);
    }
  }

  @Override
  public void opened(int fd, FileFacts facts) {
    if (leases) {
      if (heat.isHot(facts.version())) {
        offer(fd, facts, hot);
      }
    } else if (facts.isRootOnly()) {
      offer(fd, facts, candidates);
    }
  }

  @Override
  public boolean wants(FileFacts facts) {
    return (facts.isRootOnly() || leases) && !isRefused(facts.version());
  }

  private void offer(int fd, FileFacts facts, BlockingQueue<MarkCandidate> queue) {
    if (isRefused(facts.version())) {
      return;
    }
    if (queue.remainingCapacity() == 0) {
      counts.addRefused(Refusal.BUSY);
      return;
    }
    try {
      Fd copy = Fd.copyOf(fd);
      if (!setup.hasRoomFor().test(copy.number()) || !queue.offer(new MarkCandidate(copy, facts))) {
        copy.close();
        counts.addRefused(Refusal.BUSY);
      } else {
        wake();
      }
    } catch (ErrnoException e) {
      counts.addRefused(Refusal.BUSY);
    }
  }

  /**
   * Has all marks taken off and all leases given back; call it when what is known to be clean has
   * been forgotten. Waits for that, but no longer than a second.
   */
  public void forget() {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    toForget.add(done);
    wake();
    try {
      done.get(FORGET_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the kernel is still being told to forget {} files", levels.marks());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says what is known of the file {@code fd} is open on, which stays the caller's. */
  public CompletionStage<CacheStatus> explain(int fd) {
    CompletableFuture<CacheStatus> answer = new CompletableFuture<>();
    try {
      questions.add(new Question(Fd.copyOf(fd), answer));
      wake();
    } catch (ErrnoException e) {
      answer.completeExceptionally(e);
    }
    return answer;
  }

  private void wake() {
    if (isAwake.compareAndSet(false, true)) {
      wakeUp.signal();
    }
  }

  /** Returns what becomes readable when there is something to do. */
  Fd fd() {
    return wakeUp.fd();
  }

  /** Before the keeper looks what there is to do: what comes later wakes him again. */
  void clearWakeUp() {
    wakeUp.clear();
    isAwake.set(false);
  }

  /** Returns whether every mark needs a lease. */
  boolean needsLeases() {
    return leases;
  }

  Setup setup() {
    return setup;
  }

  KernelCacheCounts counts() {
    return counts;
  }

  AccessFrequency heat() {
    return heat;
  }

  Optional<MarkCandidate> nextCandidate() {
    return Optional.ofNullable(candidates.poll());
  }

  Optional<MarkCandidate> nextHot() {
    return Optional.ofNullable(hot.poll());
  }

  Optional<Question> nextQuestion() {
    return Optional.ofNullable(questions.poll());
  }

  /** Returns somebody who waits until everything is forgotten. */
  Optional<CompletableFuture<Boolean>> nextToForget() {
    return Optional.ofNullable(toForget.poll());
  }

  /** What {@code version} is one of is not offered again until it changes. */
  void refuse(FileVersion version, Refusal reason) {
    counts.addRefused(reason);
    if (reason.stays()) {
      refused.set(index(version), version.hashCode());
    }
  }

  /** What was refused may be offered again. */
  void refuseNothing() {
    for (int i = 0; i < REFUSED; i++) {
      refused.set(i, 0);
    }
  }

  private boolean isRefused(FileVersion version) {
    return refused.get(index(version)) == version.hashCode();
  }

  private static int index(FileVersion version) {
    return (version.hashCode() * 0x9e3779b9) >>> 18;
  }

  void tell(Levels now) {
    levels = now;
  }

  /** Returns the numbers for {@code nacre status}; marks that the kernel dropped count as well. */
  public Map<String, Object> status() {
    Levels now = levels;
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("state", now.state());
    status.put("doubt", now.doubt());
    status.put("marked", now.marks());
    status.put("marked-ever", counts.marked());
    status.put("leased", now.leases());
    status.put("unreachable", now.postponed());
    status.put("refused", counts.refused());
    status.put("removed", counts.removed());
    return status;
  }

  /** Closes what was offered and not taken; call it when the keeper has ended. */
  @Override
  public void close() {
    dropCandidates();
    wakeUp.close();
  }

  private void dropCandidates() {
    for (MarkCandidate left = candidates.poll(); left != null; left = candidates.poll()) {
      left.file().close();
    }
    for (MarkCandidate left = hot.poll(); left != null; left = hot.poll()) {
      left.file().close();
    }
  }
}
