package io.nacre.engine;

import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.PermissionRequest.Context;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.watch.newfiles.FileSink;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.Statx;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** The way into the background of the stream, and the count of those who took it. */
final class BackgroundQueue implements FileSink {
  private final Predicate<PermissionRequest> stream;
  private final Context requests;
  private final long maxFileSizeBytes;
  private final LongSupplier nanoClock;
  private final ThreadLocal<Statx> statx = ThreadLocal.withInitial(Statx::new);

  /**
   * A way into {@code stream}, which takes a request or returns false if it has no room.
   *
   * @param maxFileSizeBytes the biggest file that is scanned
   */
  BackgroundQueue(
      Predicate<PermissionRequest> stream,
      Context requests,
      long maxFileSizeBytes,
      LongSupplier nanoClock) {
    this.stream = stream;
    this.requests = requests;
    this.maxFileSizeBytes = maxFileSizeBytes;
    this.nanoClock = nanoClock;
  }

  /** Takes a request of the background; returns false if there is no room. */
  boolean offer(PermissionRequest request) {
    boolean taken = stream.test(request);
    if (taken) {
      requests.counts().background().addQueued();
    }
    return taken;
  }

  /**
   * Has a file scanned that came into a protected directory without an event of its own, and takes
   * ownership of its descriptor, which must be open for reading.
   *
   * @return false if there is no room; then the descriptor is still the caller's, to be offered
   *     again or to be closed and counted as dropped
   */
  @Override
  public boolean offer(Fd file) {
    Optional<Statx> known = look(file);
    if (!known.map(this::isToBeScanned).orElse(true)) {
      file.close();
      requests.counts().background().addSkipped();
      return true;
    }
    boolean taken =
        offer(
            PermissionRequest.movedIn(
                requests, file.number(), known.map(FileFacts::of), nanoClock.getAsLong()));
    if (taken) {
      file.release();
    }
    return taken;
  }

  @Override
  public void dropped(int files) {
    for (int i = 0; i < files; i++) {
      requests.counts().background().addDropped();
    }
  }

  @Override
  public void dropped(Fd file) {
    long now = nanoClock.getAsLong();
    PermissionRequest request =
        PermissionRequest.movedIn(requests, file.release(), Optional.empty(), now);
    request.answer(FallbackReason.OVERLOAD, now);
    request.close();
  }

  private Optional<Statx> look(Fd file) {
    try {
      return Optional.of(statx.get().read(file.number()));
    } catch (ErrnoException e) {
      return Optional.empty(); // whatever cannot be told never makes a file exempt
    }
  }

  private boolean isToBeScanned(Statx now) {
    return now.isRegular() && now.size() > 0 && now.size() <= maxFileSizeBytes;
  }
}
