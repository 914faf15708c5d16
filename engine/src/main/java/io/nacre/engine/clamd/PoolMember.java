package io.nacre.engine.clamd;

import io.nacre.engine.config.Transport;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import io.nacre.linux.socket.PeerCredentials;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One clamd of the pool with its sessions: takes scans, and hands on to the pool what became of
 * them; for any thread.
 *
 * <p>Descriptors go over few sessions that each have many scans under way, since that wakes the
 * fewest threads, here and in clamd. A scan whose session broke goes over one that has no other: if
 * that breaks too, it was this file.
 */
final class PoolMember {
  private static final Logger LOG = LoggerFactory.getLogger(PoolMember.class);

  /** Scans at the same time on a session: clamd sends each verdict of a session by itself. */
  static final int DEPTH = 16;

  private final ClamdEndpoint endpoint;
  private final ClamdPool pool;
  private final List<Pipeline> shared = new ArrayList<>();
  private final List<Pipeline> alone = new ArrayList<>();
  private final Set<ClamdScan> scans = ConcurrentHashMap.newKeySet();

  PoolMember(ClamdEndpoint endpoint, ClamdPool pool, LongSupplier nanoClock) throws ErrnoException {
    this.endpoint = endpoint;
    this.pool = pool;
    int connections = endpoint.settings().connections();
    if (transport() == Transport.FD) {
      for (int left = connections; left > 0; left -= DEPTH) {
        shared.add(
            new Pipeline(Math.min(left, DEPTH), true, shared.isEmpty(), WakeUp.open(), nanoClock));
      }
      alone.add(new Pipeline(1, true, false, WakeUp.open(), nanoClock));
    } else {
      for (int i = 0; i < connections; i++) {
        alone.add(new Pipeline(1, false, alone.isEmpty(), WakeUp.open(), nanoClock));
      }
    }
  }

  ClamdEndpoint endpoint() {
    return endpoint;
  }

  Transport transport() {
    return endpoint.settings().transport();
  }

  /** Returns every session there may be. */
  List<Pipeline> pipelines() {
    List<Pipeline> all = new ArrayList<>(shared);
    all.addAll(alone);
    return all;
  }

  ClamdHealth.State state() {
    return endpoint.health().reading().state();
  }

  /** Returns how much it has to do for its weight. */
  double load() {
    return (double) endpoint.underWay() / endpoint.settings().weight();
  }

  /** Returns true if the scan is under way here. */
  boolean has(ClamdScan scan) {
    return scans.contains(scan);
  }

  /** Returns the scans that are under way here. */
  List<ClamdScan> scans() {
    return List.copyOf(scans);
  }

  /** Takes {@code scan}, if there is room for it; wishes for a session, if that is what lacks. */
  boolean offer(ClamdScan scan) {
    if (!endpoint.tryBegin()) {
      return false;
    }
    scans.add(scan); // before its reply may come
    boolean mayShare = transport() == Transport.FD && !scan.isAlone();
    for (Pipeline pipeline : mayShare ? shared : alone) {
      if (pipeline.offer(scan)) {
        return true;
      }
    }
    scans.remove(scan);
    endpoint.notBegun();
    return false;
  }

  /** The scan is over, here by {@code verdict}. */
  void ended(ClamdScan scan, Verdict verdict) {
    leave(scan, verdict instanceof Verdict.Unscanned);
    scan.complete(verdict);
    pool.placeWaiting();
  }

  /** clamd refused the file, and its session is over. */
  void refused(ClamdScan scan, Verdict.Unscanned why) {
    leave(scan, true);
    pool.refused(scan, this, why);
  }

  /** The session broke under the scan. */
  void broken(ClamdScan scan, String why) {
    leave(scan, true);
    pool.broken(scan, this, why);
  }

  /** The session was ended because of another scan. */
  void disturbed(ClamdScan scan) {
    leave(scan, true);
    pool.disturbed(scan);
  }

  /** Nobody waits for the scan any more, and it was not begun. */
  void dropped(ClamdScan scan) {
    scans.remove(scan);
    endpoint.notBegun();
    pool.placeWaiting();
  }

  /** A session was opened with {@code peer}: another process has other signatures. */
  void opened(Optional<PeerCredentials> peer) {
    int process = peer.map(PeerCredentials::pid).orElse(0);
    if (process == 0 || process != endpoint.process()) {
      pool.askAgain(this);
    }
  }

  /** No session could be opened. */
  void unreachable(IOException failure) {
    String why = String.valueOf(failure.getMessage());
    if (failure instanceof SocketTimeoutException) {
      if (endpoint.health().silent(why)) {
        LOG.warn("clamd at {} is silent: {}", endpoint, why);
      }
    } else if (endpoint.health().down(why)) {
      LOG.warn("clamd at {} is down: {}", endpoint, why);
    }
    pool.askAgain(this);
  }

  /** A session was opened, or has ended, or clamd's state is another. */
  void changed() {
    pool.changed(this);
  }

  /** clamd answers: has the session opened that is always kept. */
  void reachable() {
    pipelines().stream().filter(Pipeline::isKept).forEach(Pipeline::wish);
    pool.changed(this);
  }

  /** The engine is stopping, and {@code left} was under way on a session. */
  void stopping(List<ClamdScan> left) {
    for (ClamdScan scan : left) {
      leave(scan, true);
      scan.complete(
          new Verdict.Unscanned(FallbackReason.STOPPING, StoppingException.THE_ENGINE_STOPS));
    }
    pool.stopping();
  }

  private void leave(ClamdScan scan, boolean failed) {
    scans.remove(scan);
    endpoint.ended(failed);
  }
}
