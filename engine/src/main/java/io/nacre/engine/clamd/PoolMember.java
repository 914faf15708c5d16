package io.nacre.engine.clamd;

import io.nacre.engine.config.Transport;
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
 * One clamd of the pool with its sessions: takes scans, completes them, and hands the others back
 * to the {@link ScanAssigner}; for any thread.
 *
 * <p>Descriptors go over few sessions with many scans each, since that wakes the fewest threads,
 * here and in clamd. A scan whose session broke gets a session of its own: if that breaks too, this
 * file is the cause.
 */
final class PoolMember {
  private static final Logger LOG = LoggerFactory.getLogger(PoolMember.class);

  /** Concurrent scans on a session: clamd sends each verdict of a session by itself. */
  static final int DEPTH = 16;

  private final ClamdEndpoint endpoint;
  private final ScanAssigner assigner;
  private final List<Pipeline> shared = new ArrayList<>();
  private final List<Pipeline> single = new ArrayList<>();
  private final Set<ClamdScan> scans = ConcurrentHashMap.newKeySet();

  PoolMember(ClamdEndpoint endpoint, ScanAssigner assigner, LongSupplier nanoClock)
      throws ErrnoException {
    this.endpoint = endpoint;
    this.assigner = assigner;
    int connections = endpoint.settings().connections();
    if (transport() == Transport.FD) {
      for (int left = connections; left > 0; left -= DEPTH) {
        shared.add(
            new Pipeline(Math.min(left, DEPTH), true, shared.isEmpty(), WakeUp.open(), nanoClock));
      }
      single.add(new Pipeline(1, true, false, WakeUp.open(), nanoClock));
    } else {
      for (int i = 0; i < connections; i++) {
        single.add(new Pipeline(1, false, single.isEmpty(), WakeUp.open(), nanoClock));
      }
    }
  }

  ClamdEndpoint endpoint() {
    return endpoint;
  }

  Transport transport() {
    return endpoint.settings().transport();
  }

  /** Returns the pipelines of all sessions, open or not. */
  List<Pipeline> pipelines() {
    List<Pipeline> all = new ArrayList<>(shared);
    all.addAll(single);
    return all;
  }

  ClamdHealth.State state() {
    return endpoint.health().reading().state();
  }

  /** Returns the scans in progress in relation to the weight. */
  double load() {
    return (double) endpoint.underWay() / endpoint.settings().weight();
  }

  /** Returns true if {@code scan} is in progress here. */
  boolean contains(ClamdScan scan) {
    return scans.contains(scan);
  }

  /** Takes {@code scan} if there is room for it; requests a session if none is open. */
  boolean offer(ClamdScan scan) {
    if (!endpoint.tryBeginScan()) {
      return false;
    }
    scans.add(scan); // before its reply may arrive
    boolean mayShare = transport() == Transport.FD && !scan.needsOwnSession();
    for (Pipeline pipeline : mayShare ? shared : single) {
      if (pipeline.offer(scan)) {
        return true;
      }
    }
    scans.remove(scan);
    endpoint.cancelScan();
    return false;
  }

  /** Completes {@code scan} with {@code verdict}. */
  void complete(ClamdScan scan, Verdict verdict) {
    remove(scan, verdict instanceof Verdict.Unscanned);
    scan.complete(verdict);
    assigner.assignWaiting();
  }

  /** Hands {@code scan} back: clamd refused the file, and ended the session. */
  void returnRefused(ClamdScan scan, Verdict.Unscanned why) {
    remove(scan, true);
    assigner.assignAfterRefusal(scan, endpoint, why);
  }

  /** Hands {@code scan} back: the session broke during the scan. */
  void returnBroken(ClamdScan scan, String why) {
    remove(scan, true);
    assigner.assignAfterBreak(scan, endpoint, why);
  }

  /** Hands {@code scan} back: the session ended because of another scan. */
  void returnInterrupted(ClamdScan scan) {
    remove(scan, true);
    assigner.assignAgain(scan);
  }

  /** Removes {@code scan}, which was completed elsewhere before it was sent. */
  void drop(ClamdScan scan) {
    scans.remove(scan);
    endpoint.cancelScan();
    assigner.assignWaiting();
  }

  /** Returns true if {@code peer} is not certain to be the process that the monitor reached. */
  boolean isNewProcess(Optional<PeerCredentials> peer) {
    int process = peer.map(PeerCredentials::pid).orElse(0);
    return process == 0 || process != endpoint.process();
  }

  /** Reports that no session could be opened. */
  void reportUnreachable(IOException failure) {
    String why = String.valueOf(failure.getMessage());
    if (failure instanceof SocketTimeoutException) {
      if (endpoint.health().reportSilent(why)) {
        LOG.warn("clamd at {} is silent: {}", endpoint, why);
      }
    } else if (endpoint.health().reportDown(why)) {
      LOG.warn("clamd at {} is down: {}", endpoint, why);
    }
  }

  /** Reports that a session was opened or ended, or that the state of clamd changed. */
  void reportChange() {
    if (state().isUnresponsive()) {
      List.copyOf(scans).forEach(assigner::assignElsewhere);
    }
    assigner.assignWaiting();
  }

  /** Reports that clamd answers again: the permanent sessions are opened. */
  void reportReachable() {
    pipelines().stream().filter(Pipeline::isPermanent).forEach(Pipeline::requestSession);
    reportChange();
  }

  /** Hands {@code left}, the scans of a session, back: the pool is not used any more. */
  void stop(List<ClamdScan> left) {
    for (ClamdScan scan : left) {
      remove(scan, true);
      assigner.assignLeft(scan);
    }
    assigner.stop();
  }

  private void remove(ClamdScan scan, boolean failed) {
    scans.remove(scan);
    endpoint.endScan(failed);
  }
}
