package io.nacre.engine.kernelcache;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Directory;
import io.nacre.linux.file.FileHandle;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The guards whose files lose their ignore marks, some files a step; closed when all have. A guard
 * whose file system cannot be reached is tried again each second. Belongs to one thread.
 */
final class RetiredGuards implements AutoCloseable {
  private static final int REMOVALS_A_STEP = 256;
  private static final long RETRY_NANOS = 1_000_000_000;

  private static final class Retired {
    private final ChangeGuard guard;
    private final Removal reason;
    private Optional<Iterator<FileHandle>> files = Optional.empty();
    private long dueNanos;

    Retired(ChangeGuard guard, Removal reason, long nowNanos) {
      this.guard = guard;
      this.reason = reason;
      this.dueNanos = nowNanos;
    }
  }

  private final MarkRemover remover;
  private final LongSupplier nanoClock;
  private final Deque<Retired> retired = new ArrayDeque<>();

  RetiredGuards(MarkRemover remover, LongSupplier nanoClock) {
    this.remover = remover;
    this.nanoClock = nanoClock;
  }

  /** Takes ownership of {@code guard}; {@link #removeSome} does the rest. */
  void add(ChangeGuard guard, Removal reason) {
    retired.add(new Retired(guard, reason, nanoClock.getAsLong()));
  }

  /** Removes some of the marks; returns true if there is more to do at once. */
  boolean removeSome() throws IOException {
    Optional<Retired> next = due();
    if (next.isEmpty()) {
      return false;
    }
    Retired clearing = next.get();
    if (clearing.files.isEmpty()) {
      clearing.files = Optional.of(clearing.guard.files());
    }
    Iterator<FileHandle> files = clearing.files.get();
    if (!removeSome(clearing.guard, files, clearing.reason)) {
      clearing.files = Optional.empty();
      clearing.dueNanos = nanoClock.getAsLong() + RETRY_NANOS;
    } else if (!files.hasNext()) {
      retired.remove(clearing);
      clearing.guard.close();
    }
    return due().isPresent();
  }

  private Optional<Retired> due() {
    long now = nanoClock.getAsLong();
    return retired.stream().filter(each -> each.dueNanos - now <= 0).findFirst();
  }

  /** Returns false if a file cannot be found now: it is to be found later. */
  private boolean removeSome(ChangeGuard guard, Iterator<FileHandle> files, Removal reason)
      throws ErrnoException {
    if (!files.hasNext()) {
      return true;
    }
    try (Directory mount = guard.openMount()) {
      for (int i = 0; i < REMOVALS_A_STEP && files.hasNext(); i++) {
        if (!remover.removeOfRetired(mount, files.next(), guard, reason)) {
          return false;
        }
      }
      return true;
    } catch (ErrnoException e) {
      MarkRemover.throwIfFatal(e);
      return false;
    }
  }

  /** Returns the number of guards that still have files. */
  int size() {
    return retired.size();
  }

  /** Leaves the marks: they go with their group. */
  @Override
  public void close() {
    retired.forEach(each -> each.guard.close());
  }
}
