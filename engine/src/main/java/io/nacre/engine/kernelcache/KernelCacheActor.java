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
 * Puts marks on the files that a {@link KernelCache} was offered, and takes them off in time. It
 * runs on a thread of its own, which gets the signals of its leases.
 *
 * <p>One bounded step a message: wait at most {@value #POLL_MILLIS} ms; those who wait to write
 * first, then files that changed, then what is to be forgotten, then what was offered.
 */
public final class KernelCacheActor extends AbstractBehavior<KernelCacheActor.Command> {

  /** What a keeper can be told; only by itself. */
  public sealed interface Command {}

  private enum Step implements Command {
    INSTANCE
  }

  private static final Path PROCESSES = Path.of("/proc");
  private static final int POLL_MILLIS = 200;
  private static final String NOT_TOLD =
      "it cannot be told which file systems are mounted with other owners (idmapped), since reading"
          + " the mounts of all mount namespaces takes too long; see who has so many";
  private static final int CANDIDATES_A_STEP = 64;
  private static final long LOOK_NANOS = 1_000_000_000;
  private static final int LOOKS_TO_COOL = 30;

  /** How many descriptors are waited for besides the guards'. */
  private static final int STOP = 0;

  private final KernelCache cache;
  private final KernelCache.Setup setup;

  /** None if every mark needs a lease: those do not rely on who is root. */
  private final Optional<IdmappedWatch> mounts;

  private final GuardedMarks marks;
  private final LeasedMarks leases;
  private final Statx statx = new Statx();
  private final List<CompletableFuture<Boolean>> forgetting = new ArrayList<>();
  private Poll poll;
  private boolean hasMore;
  private boolean isInDoubt;

  /** The devices that are mounted with other owners somewhere, or nothing if that is not known. */
  private Optional<Set<Long>> idmapped = Optional.empty();

  private long lookedAtNanos;
  private int looks;

  /** Creates the keeper of {@code cache}; on a thread of its own. */
  public static Behavior<Command> create(KernelCache cache) {
    return create(cache, PROCESSES);
  }

  /** Creates one that looks for mount namespaces below {@code processes}. */
  static Behavior<Command> create(KernelCache cache, Path processes) {
    return Behaviors.setup(context -> new KernelCacheActor(context, cache, processes));
  }

  private KernelCacheActor(ActorContext<Command> context, KernelCache cache, Path processes)
      throws IOException {
    super(context);
    this.cache = cache;
    this.setup = cache.setup();
    this.marks = new GuardedMarks(setup, cache.counts(), this::refusalOf);
    this.leases = LeasedMarks.open(setup, cache.counts());
    this.lookedAtNanos = setup.nanoClock().getAsLong();
    this.mounts =
        cache.needsLeases()
            ? Optional.empty()
            : Optional.of(IdmappedWatch.start(processes, setup.nanoClock()));
    this.poll = poll();
    context.getSelf().tell(Step.INSTANCE);
  }

  private Poll poll() {
    List<Fd> fds = new ArrayList<>(List.of(setup.stop().fd(), cache.fd(), leases.fd()));
    fds.addAll(marks.fds());
    return new Poll(fds.toArray(Fd[]::new));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Step.class, step -> onStep())
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
    cache.clearWakeUp();
    leases.readBreaks();
    marks.readEvents();
    mounts.ifPresent(this::heed);
    look();
    for (var next = cache.nextToForget(); next.isPresent(); next = cache.nextToForget()) {
      forgetting.add(next.get());
      forget(Removal.FORGOTTEN);
    }
    hasMore = marks.clearSome();
    if (!hasMore) {
      forgetting.forEach(waiting -> waiting.complete(true));
      forgetting.clear();
    }
    hasMore |= takeCandidates();
    answerQuestions();
    cache.tell(
        new KernelCache.Levels(marks.marks(), leases.size(), marks.postponed(), state(), doubt()));
    getContext().getSelf().tell(Step.INSTANCE);
    return this;
  }

  private String state() {
    if (mounts.isPresent() && idmapped.isEmpty() && !isInDoubt) {
      return KernelCache.STARTING;
    }
    String mode = setup.config().mode() == Mode.LEASED ? "leased" : "safe";
    return setup.group().hasEvictableMarks() ? mode : mode + ", marks keep their files in memory";
  }

  private String doubt() {
    return isInDoubt ? NOT_TOLD : "";
  }

  /** Marks that need no lease rely on who root is; while that is not known there are none. */
  private void heed(IdmappedWatch mounts) {
    Optional<Set<Long>> now = mounts.devices();
    if (!now.equals(idmapped)) {
      if (now.isEmpty() || !idmapped.orElse(now.get()).containsAll(now.get())) {
        marks.forget(Removal.UNTOLD);
      }
      cache.refuseNothing();
      idmapped = now;
    }
    boolean wasInDoubt = isInDoubt;
    isInDoubt = mounts.isInDoubt();
    if (isInDoubt && !wasInDoubt) {
      getContext().getLog().warn("the kernel asks about all files of root's again: {}", NOT_TOLD);
    }
  }

  private Optional<Refusal> refusalOf(long device) {
    if (mounts.isEmpty()) {
      return Optional.of(Refusal.NO_LEASE);
    }
    if (idmapped.isEmpty()) {
      return Optional.of(Refusal.IDMAPPED_UNKNOWN);
    }
    return idmapped.get().contains(device) ? Optional.of(Refusal.IDMAPPED) : Optional.empty();
  }

  private void forget(Removal reason) throws ErrnoException {
    marks.forget(reason);
    leases.forget(reason);
    cache.refuseNothing();
  }

  /** Once a second: what nobody tells. */
  private void look() throws IOException {
    long now = setup.nanoClock().getAsLong();
    if (now - lookedAtNanos < LOOK_NANOS) {
      return;
    }
    lookedAtNanos = now;
    leases.look();
    if (++looks % LOOKS_TO_COOL == 0) {
      cache.heat().cool();
    }
  }

  /** Returns true if there may be more. */
  private boolean takeCandidates() throws ErrnoException {
    for (int i = 0; i < CANDIDATES_A_STEP; i++) {
      Optional<MarkCandidate> candidate = cache.nextCandidate();
      Optional<MarkCandidate> hot = cache.nextHot();
      if (candidate.isEmpty() && hot.isEmpty()) {
        return false;
      }
      if (candidate.isPresent()) {
        tell(candidate.get(), marks.add(candidate.get()));
        candidate.get().file().close();
      }
      if (hot.isPresent()) {
        Optional<Refusal> refusal = leases.add(hot.get());
        tell(hot.get(), refusal);
        if (refusal.isPresent()) {
          hot.get().file().close();
        }
      }
    }
    return true;
  }

  private void tell(MarkCandidate candidate, Optional<Refusal> refusal) {
    if (refusal.isPresent()) {
      cache.refuse(candidate.facts().version(), refusal.get());
    } else {
      cache.counts().addMarked();
    }
  }

  private void answerQuestions() {
    for (Optional<KernelCache.Question> next = cache.nextQuestion();
        next.isPresent();
        next = cache.nextQuestion()) {
      KernelCache.Question question = next.get();
      try (Fd file = question.file()) {
        question.answer().complete(explain(file.number()));
      } catch (IOException e) {
        question.answer().completeExceptionally(e);
      }
    }
  }

  private CacheStatus explain(int fd) throws IOException {
    Optional<Refusal> refusal = new Eligibility(this::refusalOf).refusal(fd, statx.read(fd));
    return new CacheStatus(leases.hold(FileVersion.of(statx)), refusal);
  }

  private Behavior<Command> onPostStop() {
    mounts.ifPresent(IdmappedWatch::close);
    marks.close();
    leases.close();
    forgetting.forEach(waiting -> waiting.complete(false));
    cache.nextToForget().ifPresent(waiting -> waiting.complete(false));
    cache.close();
    return this;
  }
}
