package io.nacre.engine.clamd;

import io.nacre.linux.WakeUp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * What is under way on one session: which scan waits for the reply to which command. For any
 * thread; whoever offers a scan sends its descriptor, so that it crosses no thread on its way.
 *
 * <p>A file whose content is sent is left for the thread of the connection, which may wait
 * meanwhile.
 */
final class Pipeline {

  private record Sent(ClamdScan scan, long atNanos) {}

  private final int depth;
  private final boolean passesDescriptors;
  private final boolean kept;
  private final WakeUp wakeUp;
  private final LongSupplier nanoClock;
  private final Map<Integer, Sent> underWay = new LinkedHashMap<>(); // oldest first
  private Optional<ClamdSession> session = Optional.empty();
  private Optional<ClamdScan> unsent = Optional.empty();
  private long lastSentNanos;
  private long lastUsedNanos;
  private volatile boolean wished;

  /**
   * A closed one.
   *
   * @param depth scans at the same time
   * @param passesDescriptors whether a descriptor is all that is sent
   * @param kept whether a session is always wished for, and never closed for being idle
   * @param wakeUp ends the waits of the connection's thread early
   */
  Pipeline(
      int depth, boolean passesDescriptors, boolean kept, WakeUp wakeUp, LongSupplier nanoClock) {
    this.depth = depth;
    this.passesDescriptors = passesDescriptors;
    this.kept = kept;
    this.wakeUp = wakeUp;
    this.nanoClock = nanoClock;
    this.wished = kept;
  }

  /** Returns true if a session is always wished for. */
  boolean isKept() {
    return kept;
  }

  /** Returns what ends the waits of the connection's thread. */
  WakeUp wakeUp() {
    return wakeUp;
  }

  /** Wishes for a session. */
  void wish() {
    wished = true;
    wakeUp.signal();
  }

  /** Returns true if a session is wished for. */
  boolean isWished() {
    return wished || kept;
  }

  /**
   * Takes {@code scan} if there is a session with room for it. If there is no session, one is
   * wished for.
   */
  synchronized boolean offer(ClamdScan scan) {
    if (session.isEmpty()) {
      wish();
      return false;
    }
    if (unsent.isPresent() || underWay.size() >= depth) {
      return false;
    }
    if (passesDescriptors) {
      return pass(session.get(), scan);
    }
    unsent = Optional.of(scan);
    wakeUp.signal();
    return true;
  }

  private boolean pass(ClamdSession open, ClamdScan scan) {
    Optional<Integer> file = scan.borrow();
    if (file.isEmpty()) {
      return false;
    }
    try {
      Optional<Integer> id = open.fildes(file.get());
      id.ifPresent(sent -> sent(sent, scan));
      return id.isPresent();
    } catch (IOException e) {
      return false; // the thread of the connection finds out, and closes the session
    } finally {
      scan.giveBack();
    }
  }

  /** Notes that command {@code id} was sent for {@code scan}. */
  synchronized void sent(int id, ClamdScan scan) {
    lastSentNanos = nanoClock.getAsLong();
    lastUsedNanos = lastSentNanos;
    underWay.put(id, new Sent(scan, lastSentNanos));
    unsent = Optional.empty();
  }

  /** Returns the scan that is left to be sent, which stays here until it is. */
  synchronized Optional<ClamdScan> unsent() {
    return unsent;
  }

  /** Forgets the scan that is left to be sent. */
  synchronized void dropUnsent() {
    unsent = Optional.empty();
  }

  /** Returns the scan that command {@code id} was sent for, and forgets it. */
  synchronized Optional<ClamdScan> take(int id) {
    return Optional.ofNullable(underWay.remove(id)).map(Sent::scan);
  }

  /** Returns when the oldest scan that is under way was sent, if there is one. */
  synchronized OptionalLong oldestNanos() {
    return underWay.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(underWay.values().iterator().next().atNanos());
  }

  /** Returns the oldest scan that is under way, and forgets it. */
  synchronized Optional<ClamdScan> takeOldest() {
    return underWay.isEmpty() ? Optional.empty() : take(underWay.keySet().iterator().next());
  }

  /** Returns when a scan was sent last, or it was opened. */
  synchronized long lastUsedNanos() {
    return lastUsedNanos;
  }

  /** Returns when anything was sent last. */
  synchronized long lastSentNanos() {
    return lastSentNanos;
  }

  /** Asks clamd for a sign of life, if there is room for the question. */
  synchronized Optional<Integer> ping() throws IOException {
    if (session.isEmpty()) {
      return Optional.empty();
    }
    lastSentNanos = nanoClock.getAsLong();
    return session.get().ping();
  }

  /** Opens it: scans are sent over {@code opened} from now on. */
  synchronized void open(ClamdSession opened) {
    wished = false;
    session = Optional.of(opened);
    lastSentNanos = nanoClock.getAsLong();
    lastUsedNanos = lastSentNanos;
  }

  /** Closes it if nothing is under way; returns false if something is. */
  synchronized boolean closeIfIdle() {
    if (!underWay.isEmpty() || unsent.isPresent()) {
      return false;
    }
    close();
    return true;
  }

  /** Closes it; returns what was under way. */
  synchronized List<ClamdScan> close() {
    session.ifPresent(ClamdSession::close);
    session = Optional.empty();
    List<ClamdScan> left = new ArrayList<>(underWay.values().stream().map(Sent::scan).toList());
    unsent.ifPresent(left::add);
    underWay.clear();
    unsent = Optional.empty();
    return left;
  }
}
