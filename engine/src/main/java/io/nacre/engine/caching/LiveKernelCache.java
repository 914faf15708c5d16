package io.nacre.engine.caching;

import io.nacre.engine.config.KernelCacheConfig;
import io.nacre.engine.config.KernelCacheConfig.Mode;
import io.nacre.engine.context.StageActors;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.kernelcache.KernelCache;
import io.nacre.engine.kernelcache.KernelCacheActor;
import io.nacre.engine.request.CleanFileSink;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.verdict.CleanFiles;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.WriterProbe;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The kernel cache of the moment, if there is one: another configuration gets another kernel cache.
 *
 * <ul>
 *   <li>Owns: the kernel cache until its actor runs, and its stop signal.
 *   <li>Must not own: the fanotify group whose marks it adds to.
 *   <li>Hands to: the kernel cache, the clean files.
 *   <li>Thread: clean files come from any thread; one thread opens, starts, replaces and closes.
 * </ul>
 */
public final class LiveKernelCache implements CleanFileSink, AutoCloseable {
  private final StageContext context;
  private final CleanFiles clean;
  private final Optional<WriterProbe> writers;
  private volatile Optional<Present> present = Optional.empty();

  /** A kernel cache, its stop signal, and its actor once that runs. */
  record Present(
      KernelCache cache, WakeUp stop, Optional<ActorRef<KernelCacheActor.Command>> actor) {}

  LiveKernelCache(StageContext context, CleanFiles clean, Optional<WriterProbe> writers) {
    this.context = context;
    this.clean = clean;
    this.writers = writers;
  }

  /**
   * Opens the kernel cache of {@code wanted}, or returns nothing if it is off or cannot be safe.
   *
   * @param entries the capacity of the user-space cache, in which each of its files is as well
   */
  Optional<Present> open(KernelCacheConfig wanted, int entries) throws ErrnoException {
    if (wanted.mode() == Mode.OFF || writers.isEmpty() || entries == 0) {
      return Optional.empty();
    }
    int leases = (int) Math.min(wanted.leases(), context.descriptors().limit() / 4);
    WakeUp stop = context.stops().openPart();
    try {
      KernelCache cache =
          KernelCache.open(
              new KernelCache.Setup(
                  context.group(),
                  context.events() & FanotifyMask.OPENS,
                  new KernelCacheConfig(wanted.mode(), wanted.marks(), leases),
                  writers.get(),
                  new CleanFileVersions(clean),
                  context.descriptors()::hasRoomFor,
                  stop,
                  context.nanoClock()));
      return Optional.of(new Present(cache, stop, Optional.empty()));
    } catch (ErrnoException e) {
      context.stops().closePart(stop);
      throw e;
    }
  }

  /** Uses {@code next} from now on; its actor does not run yet. */
  void set(Optional<Present> next) {
    present = next;
  }

  /** Returns the kernel cache, if there is one. */
  public Optional<KernelCache> current() {
    return present.map(Present::cache);
  }

  /** Starts the actor. */
  void start(StageActors actors, String name) {
    present =
        present.map(
            unstarted ->
                new Present(
                    unstarted.cache(),
                    unstarted.stop(),
                    Optional.of(
                        actors.spawnPinned(KernelCacheActor.create(unstarted.cache()), name))));
  }

  /** Uses {@code next} from now on. The marks and leases of the present one are given back. */
  void replace(Optional<Present> next, StageActors actors, String name) {
    Optional<Present> old = present;
    present = next; // before the clear, so that the old one gets no more files
    old.ifPresent(
        ended -> {
          ended.cache().clear();
          actors.dismiss(
              List.of(ended.actor().orElseThrow()), () -> context.stops().closePart(ended.stop()));
          ended.stop().signal();
        });
    start(actors, name);
  }

  /** Closes {@code prepared}, whose actor was never started. */
  void discard(Present prepared) {
    prepared.cache().close();
    context.stops().closePart(prepared.stop());
  }

  /** Removes all marks and gives back all leases. */
  void clear() {
    current().ifPresent(KernelCache::clear);
  }

  /**
   * Sets no more marks, and removes all; until {@link #resume}.
   *
   * @return completes with true when no mark is left
   */
  public CompletionStage<Boolean> suspend() {
    return current()
        .map(KernelCache::suspend)
        .orElseGet(() -> CompletableFuture.completedFuture(true));
  }

  /** Sets marks again. */
  public void resume() {
    current().ifPresent(KernelCache::resume);
  }

  @Override
  public boolean wants(FileFacts facts) {
    Optional<Present> now = present;
    return now.isPresent() && now.get().cache().wants(facts);
  }

  @Override
  public void opened(int fd, FileFacts facts) {
    Optional<Present> now = present;
    if (now.isPresent()) {
      now.get().cache().opened(fd, facts);
    }
  }

  @Override
  public void scanned(int fd, FileFacts facts) {
    Optional<Present> now = present;
    if (now.isPresent()) {
      now.get().cache().scanned(fd, facts);
    }
  }

  /** Closes a kernel cache whose actor was not started; any other has closed at its end. */
  @Override
  public void close() {
    current().ifPresent(KernelCache::close);
  }
}
