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
 * The scans in progress on one session, each by the number of its command; for any thread.
 *
 * <p>The thread that offers a scan also sends its descriptor, so that the scan crosses no thread on
 * its way to clamd. Content is sent by the connection's thread, since sending it may block.
 */
final class Pipeline {

  private record Sent(ClamdScan scan, long atNanos) {}

  private final int depth;
  private final boolean passesDescriptors;
  private final boolean isPermanent;
  private final WakeUp wakeUp;
  private final LongSupplier nanoClock;
  private final Map<Integer, Sent> inProgress = new LinkedHashMap<>(); // oldest first
  private Optional<ClamdSession> session = Optional.empty();
  private Optional<ClamdScan> unsent = Optional.empty();
  private long lastSentNanos;
  private long lastUsedNanos;
  private volatile boolean isRequested;

  /**
   * A pipeline without a session.
   *
   * @param depth concurrent scans
   * @param passesDescriptors whether descriptors are sent, and not content
   * @param isPermanent whether the session is opened without a scan, and stays open while idle
   * @param wakeUp ends the waits of the connection's thread early
   */
  Pipeline(
      int depth,
      boolean passesDescriptors,
      boolean isPermanent,
      WakeUp wakeUp,
      LongSupplier nanoClock) {
    this.depth = depth;
    this.passesDescriptors = passesDescriptors;
    this.isPermanent = isPermanent;
    this.wakeUp = wakeUp;
    this.nanoClock = nanoClock;
    this.isRequested = isPermanent;
  }

  /** Returns true if the session is opened without a scan, and stays open while idle. */
  boolean isPermanent() {
    return isPermanent;
  }

  /** Returns what ends the waits of the connection's thread early. */
  WakeUp wakeUp() {
    return wakeUp;
  }

  /** Has the connection's thread open a session. */
  void requestSession() {
    isRequested = true;
    wakeUp.signal();
  }

  /** Returns true if the connection's thread should open a session. */
  boolean isSessionRequested() {
    return isRequested || isPermanent;
  }

  /**
   * Takes {@code scan} if the session has room for it; requests a session if there is none.
   *
   * @return false if the scan was not taken
   */
  synchronized boolean offer(ClamdScan scan) {
    if (session.isEmpty()) {
      requestSession();
      return false;
    }
    if (unsent.isPresent() || inProgress.size() >= depth) {
      return false;
    }
    if (passesDescriptors) {
      return sendDescriptor(session.get(), scan);
    }
    unsent = Optional.of(scan);
    wakeUp.signal();
    return true;
  }

  private boolean sendDescriptor(ClamdSession open, ClamdScan scan) {
    Optional<Integer> file = scan.borrow();
    if (file.isEmpty()) {
      return false;
    }
    try {
      Optional<Integer> id = open.fildes(file.get());
      id.ifPresent(sent -> addSent(sent, scan));
      return id.isPresent();
    } catch (IOException e) {
      return false; // the connection's thread sees the same error, and closes the session
    } finally {
      scan.giveBack();
    }
  }

  /** Adds {@code scan}, which was sent as command {@code id}. */
  synchronized void addSent(int id, ClamdScan scan) {
    lastSentNanos = nanoClock.getAsLong();
    lastUsedNanos = lastSentNanos;
    inProgress.put(id, new Sent(scan, lastSentNanos));
    unsent = Optional.empty();
  }

  /** Returns the scan whose content is yet to be sent; it stays here until then. */
  synchronized Optional<ClamdScan> unsent() {
    return unsent;
  }

  /** Removes the scan whose content is yet to be sent. */
  synchronized void clearUnsent() {
    unsent = Optional.empty();
  }

  /** Removes and returns the scan that was sent as command {@code id}. */
  synchronized Optional<ClamdScan> remove(int id) {
    return Optional.ofNullable(inProgress.remove(id)).map(Sent::scan);
  }

  /** Returns when the oldest scan in progress was sent, if there is one. */
  synchronized OptionalLong oldestSentNanos() {
    return inProgress.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(inProgress.values().iterator().next().atNanos());
  }

  /** Removes and returns the oldest scan in progress. */
  synchronized Optional<ClamdScan> removeOldest() {
    return inProgress.isEmpty() ? Optional.empty() : remove(inProgress.keySet().iterator().next());
  }

  /** Returns when the last scan was sent, or else when the session was opened. */
  synchronized long lastUsedNanos() {
    return lastUsedNanos;
  }

  /** Returns when the last command was sent. */
  synchronized long lastSentNanos() {
    return lastSentNanos;
  }

  /** Sends a PING; returns the number of the command, or nothing if it could not be sent now. */
  synchronized Optional<Integer> sendPing() throws IOException {
    if (session.isEmpty()) {
      return Optional.empty();
    }
    lastSentNanos = nanoClock.getAsLong();
    return session.get().ping();
  }

  /** Uses {@code opened}, which belongs to the pipeline from now on. */
  synchronized void open(ClamdSession opened) {
    isRequested = false;
    session = Optional.of(opened);
    lastSentNanos = nanoClock.getAsLong();
    lastUsedNanos = lastSentNanos;
  }

  /** Closes the session if it has no scan; returns false if it has one. */
  synchronized boolean closeIfIdle() {
    if (!inProgress.isEmpty() || unsent.isPresent()) {
      return false;
    }
    close();
    return true;
  }

  /** Closes the session; returns the scans that it had, which belong to the caller. */
  synchronized List<ClamdScan> close() {
    session.ifPresent(ClamdSession::close);
    session = Optional.empty();
    List<ClamdScan> left = new ArrayList<>(inProgress.values().stream().map(Sent::scan).toList());
    unsent.ifPresent(left::add);
    inProgress.clear();
    unsent = Optional.empty();
    return left;
  }
}
