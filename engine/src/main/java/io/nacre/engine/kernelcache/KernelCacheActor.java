package io.nacre.engine.kernelcache;

import io.nacre.engine.config.KernelCacheConfig.Mode;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.Poll;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The actor of a {@link KernelCache}: sets ignore marks on the clean files that are offered, and
 * removes them when the files may change.
 *
 * <p>Each message is one bounded step. {@link Step} waits for events and signals, at most {@value
 * #POLL_MILLIS} ms; a message in the mailbox ends the wait. Writers that wait for a lease and
 * changed files have priority: they are handled again after {@value #URGENT_MILLIS} ms of other
 * messages.
 *
 * <p><b>Owns</b> the marks, the guards and the leases. <b>Must not own</b> the fanotify group.
 * <b>Thread</b>: one of its own, which gets the signals of its leases.
 */
public final class KernelCacheActor extends AbstractBehavior<KernelCacheActor.Command> {

  /** The messages of this actor, all sent by {@link KernelCache} or by itself. */
  public sealed interface Command {
    /** Frees the resources that the message owns; called if the message is not handled. */
    void drop();
  }

  /** Waits for events and handles them; sent by the actor to itself. */
  private enum Step implements Command {
    INSTANCE;

    @Override
    public void drop() {}
  }

  /** Sets a mark on a file, if that is safe. Owns the descriptor of the candidate. */
  record Offer(MarkCandidate candidate) implements Command {
    @Override
    public void drop() {
      candidate.file().close();
    }
  }

  /**
   * Removes all marks and gives back all leases; {@code done} gets true then, or false if the actor
   * ends first.
   */
  record Clear(CompletableFuture<Boolean> done) implements Command {
    @Override
    public void drop() {
      done.complete(false);
    }
  }

  /** Completes {@code answer} with the status of {@code file}, which the message owns. */
  record Explain(Fd file, CompletableFuture<CacheStatus> answer) implements Command {
    @Override
    public void drop() {
      file.close();
      answer.completeExceptionally(new IOException("the kernel cache has ended"));
    }
  }

  private static final Path PROCESSES = Path.of("/proc");
  private static final int POLL_MILLIS = 200;
  private static final int URGENT_MILLIS = 2;
  private static final String UNCERTAIN =
      "it is not known which file systems are mounted with other owners (idmapped), since reading"
          + " the mounts of all mount namespaces takes too long; see which process has so many";
  private static final long CHECK_NANOS = 1_000_000_000;
  private static final int CHECKS_TO_HALVE = 30;

  /** The index of the stop signal among the descriptors. */
  private static final int STOP = 0;

  private final KernelCache cache;
  private final KernelCache.Setup setup;
  private final KernelCacheMailbox mailbox;

  /**
   * The search for idmapped mounts; none if every mark needs a lease, which blocks root's writers
   * as well.
   */
  private final Optional<IdmappedWatch> mounts;

  private final GuardedMarks marks;
  private final LeasedMarks leases;
  private final Statx statx = new Statx();
  private final List<CompletableFuture<Boolean>> clearing = new ArrayList<>();
  private Poll poll;
  private boolean hasMore;
  private boolean isUncertain;

  /**
   * The devices that have a mount with other owners; nothing if no recent search found them all.
   */
  private Optional<Set<Long>> idmapped = Optional.empty();

  private long urgentAtNanos;
  private long checkedAtNanos;
  private int checks;

  /** Creates the actor of {@code cache}, which needs a thread of its own. */
  public static Behavior<Command> create(KernelCache cache) {
    return create(cache, PROCESSES);
  }

  /** Creates one that reads mount namespaces below {@code processes}. */
  static Behavior<Command> create(KernelCache cache, Path processes) {
    return Behaviors.setup(context -> new KernelCacheActor(context, cache, processes));
  }

  private KernelCacheActor(ActorContext<Command> context, KernelCache cache, Path processes)
      throws IOException {
    super(context);
    this.cache = cache;
    this.setup = cache.setup();
    this.mailbox = cache.mailbox();
    this.marks = new GuardedMarks(setup, cache.counts(), this::refusalOf);
    this.leases = LeasedMarks.open(setup, cache.counts());
    this.urgentAtNanos = setup.nanoClock().getAsLong();
    this.checkedAtNanos = urgentAtNanos;
    this.mounts =
        cache.needsLeases()
            ? Optional.empty()
            : Optional.of(IdmappedWatch.start(processes, setup.nanoClock()));
    this.poll = poll();
    mailbox.attach(context.getSelf());
    context.getSelf().tell(Step.INSTANCE);
  }

  private Poll poll() {
    List<Fd> fds = new ArrayList<>(List.of(setup.stop().fd(), mailbox.fd(), leases.fd()));
    fds.addAll(marks.fds());
    return new Poll(fds.toArray(Fd[]::new));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Step.class, step -> onStep())
        .onMessage(Offer.class, this::onOffer)
        .onMessage(Clear.class, this::onClear)
        .onMessage(Explain.class, this::onExplain)
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onStep() throws IOException {
    if (marks.isRearranged()) {
      poll = poll();
    }
    poll.await(hasMore ? 0 : POLL_MILLIS);
    if (poll.isReady(STOP)) {
      return Behaviors.stopped();
    }
    mailbox.clearSignal();
    handleUrgent();
    mounts.ifPresent(this::followMounts);
    checkOnceASecond();
    report(); // the uncertainty, before marks are cleared because of it
    hasMore = marks.removeSome();
    report(); // before the callers that wait for it
    if (!hasMore) {
      clearing.forEach(waiting -> waiting.complete(true));
      clearing.clear();
    }
    getContext().getSelf().tell(Step.INSTANCE); // behind the messages that were sent meanwhile
    return this;
  }

  private void report() {
    cache.report(
        new KernelCache.Levels(
            marks.marks(),
            leases.size(),
            marks.unreachable(),
            state(),
            isUncertain ? UNCERTAIN : ""));
  }

  /** Handles the writers that wait for a lease, and the files that changed. */
  private void handleUrgent() throws ErrnoException {
    leases.readBreaks();
    marks.readEvents();
    urgentAtNanos = setup.nanoClock().getAsLong();
  }

  private Behavior<Command> onOffer(Offer offer) throws ErrnoException {
    if (!mailbox.take(offer)) {
      return this;
    }
    if (cache.isSuspended()) {
      offer.drop();
      return this;
    }
    if (setup.nanoClock().getAsLong() - urgentAtNanos > URGENT_MILLIS * 1_000_000L) {
      handleUrgent();
    }
    MarkCandidate candidate = offer.candidate();
    Optional<Refusal> refusal = cache.needsLeases() ? leases.add(candidate) : marks.add(candidate);
    if (refusal.isEmpty()) {
      cache.counts().addMarked();
    } else {
      cache.counts().addRefused(refusal.get());
      if (refusal.get().isLasting()) {
        cache.refused().add(candidate.facts().version());
      }
    }
    if (refusal.isPresent() || !cache.needsLeases()) {
      candidate.file().close(); // otherwise the lease owns it
    }
    return this;
  }

  private Behavior<Command> onClear(Clear clear) throws ErrnoException {
    if (mailbox.take(clear)) {
      clearing.add(clear.done());
      marks.clear(Removal.INVALIDATED);
      leases.clear(Removal.INVALIDATED);
      cache.refused().clear();
      hasMore = true;
    }
    return this;
  }

  private Behavior<Command> onExplain(Explain question) {
    if (mailbox.take(question)) {
      try (Fd file = question.file()) {
        question.answer().complete(status(file.number()));
      } catch (IOException e) {
        question.answer().completeExceptionally(e);
      }
    }
    return this;
  }

  private CacheStatus status(int fd) throws IOException {
    Optional<Refusal> refusal = new Eligibility(this::refusalOf).refusal(fd, statx.read(fd));
    return new CacheStatus(leases.contains(FileVersion.of(statx)), refusal);
  }

  private String state() {
    if (mounts.isPresent() && idmapped.isEmpty() && !isUncertain) {
      return KernelCache.STARTING;
    }
    String mode = setup.config().mode() == Mode.LEASED ? "leased" : "safe";
    return setup.group().hasEvictableMarks() ? mode : mode + ", marks keep their files in memory";
  }

  /**
   * Follows the idmapped mounts. Marks without a lease depend on the owners of files, so none is
   * set while these mounts are uncertain.
   */
  private void followMounts(IdmappedWatch mounts) {
    Optional<Set<Long>> now = mounts.devices();
    if (!now.equals(idmapped)) {
      if (now.isEmpty() || !idmapped.orElse(now.get()).containsAll(now.get())) {
        marks.clear(Removal.CHANGES_MISSED);
      }
      cache.refused().clear();
      idmapped = now;
    }
    boolean wasUncertain = isUncertain;
    isUncertain = mounts.isUncertain();
    if (isUncertain && !wasUncertain) {
      getContext().getLog().warn("no file of root's has an ignore mark now: {}", UNCERTAIN);
    }
  }

  private Optional<Refusal> refusalOf(long device) {
    if (mounts.isEmpty()) {
      return Optional.of(Refusal.NEEDS_LEASE);
    }
    if (idmapped.isEmpty()) {
      return Optional.of(Refusal.IDMAPPED_UNKNOWN);
    }
    return idmapped.get().contains(device) ? Optional.of(Refusal.IDMAPPED) : Optional.empty();
  }

  /** Does what no event triggers: checks the leases, and halves the access frequencies at times. */
  private void checkOnceASecond() throws IOException {
    long now = setup.nanoClock().getAsLong();
    if (now - checkedAtNanos < CHECK_NANOS) {
      return;
    }
    checkedAtNanos = now;
    leases.checkAll();
    if (++checks % CHECKS_TO_HALVE == 0) {
      cache.frequency().halve();
    }
  }

  private Behavior<Command> onPostStop() {
    mounts.ifPresent(IdmappedWatch::close);
    marks.close();
    leases.close();
    clearing.forEach(waiting -> waiting.complete(false));
    mailbox.close();
    return this;
  }
}
