package io.nacre.engine.kernelcache;

import io.nacre.engine.config.KernelCacheConfig.Mode;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.Poll;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
public final class MarkKeeper extends AbstractBehavior<MarkKeeper.Command> {

  /** What a keeper can be told; only by itself. */
  public sealed interface Command {}

  private enum Step implements Command {
    INSTANCE
  }

  private static final int POLL_MILLIS = 200;
  private static final int CANDIDATES_A_STEP = 64;
  private static final long LOOK_NANOS = 1_000_000_000;
  private static final int LOOKS_TO_COOL = 30;

  /** How many descriptors are waited for besides the guards'. */
  private static final int STOP = 0;

  private final KernelCache cache;
  private final KernelCache.Setup setup;
  private final IdmappedMounts idmapped = new IdmappedMounts();
  private final GuardedMarks marks;
  private final Leases leases;
  private final Statx statx = new Statx();
  private final List<CompletableFuture<Boolean>> forgetting = new ArrayList<>();
  private Poll poll;
  private boolean hasMore;
  private long lookedAtNanos;
  private int looks;

  /** Creates the keeper of {@code cache}; on a thread of its own. */
  public static Behavior<Command> create(KernelCache cache) {
    return Behaviors.setup(context -> new MarkKeeper(context, cache));
  }

  private MarkKeeper(ActorContext<Command> context, KernelCache cache) throws IOException {
    super(context);
    this.cache = cache;
    this.setup = cache.setup();
    this.marks = new GuardedMarks(setup, cache.counts(), idmapped::contain);
    this.leases = Leases.open(setup, cache.counts());
    this.lookedAtNanos = setup.nanoClock().getAsLong();
    idmapped.look();
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
    cache.tell(new KernelCache.Levels(marks.marks(), leases.size(), marks.postponed(), state()));
    getContext().getSelf().tell(Step.INSTANCE);
    return this;
  }

  private String state() {
    String mode = setup.config().mode() == Mode.LEASED ? "leased" : "safe";
    return setup.group().mayForget() ? mode : mode + ", marks keep their files in memory";
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
    if (idmapped.look()) {
      forget(Removal.UNTOLD);
    }
    if (++looks % LOOKS_TO_COOL == 0) {
      cache.heat().cool();
    }
  }

  /** Returns true if there may be more. */
  private boolean takeCandidates() throws ErrnoException {
    for (int i = 0; i < CANDIDATES_A_STEP; i++) {
      Optional<Candidate> candidate = cache.nextCandidate();
      Optional<Candidate> hot = cache.nextHot();
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

  private void tell(Candidate candidate, Optional<Refusal> refusal) {
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

  private Standing explain(int fd) throws IOException {
    Optional<Refusal> refusal = new Eligibility(idmapped::contain).refusal(fd, statx.read(fd));
    return new Standing(leases.hold(FileVersion.of(statx)), refusal);
  }

  private Behavior<Command> onPostStop() {
    marks.close();
    leases.close();
    forgetting.forEach(waiting -> waiting.complete(false));
    cache.nextToForget().ifPresent(waiting -> waiting.complete(false));
    cache.close();
    return this;
  }
}
