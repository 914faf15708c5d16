package io.nacre.engine.scan;

import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.FileId;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.engine.verdict.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which requests share a scan, because they are about the same file.
 *
 * <p>Those that wait when the scan begins go <i>along</i> with the one that leads it, and get
 * whatever it gets: the file is scanned after all of them were read. Those that come <i>later</i>,
 * while it is under way, wait for its end; they get a verdict only if nobody can have changed the
 * file meanwhile, and else another scan:
 *
 * <pre>
 * event of the leader: version → scan begins: no writer → scan → no writer → the same version
 * </pre>
 *
 * <p>Whoever could write at the beginning or can at the end is seen as a writer, and whoever came
 * and went between has changed the version. A writer is asked for before the version, since a store
 * between the two would be missed the other way round. What clamd found clean by signatures that it
 * has no more is not good for them either. What is found in a file is good for whoever saw the same
 * version: to deny too much does no harm.
 *
 * <p>Belongs to one thread, and costs a look-up for each request.
 */
final class ScanCoalescer {

  /**
   * A scan that is over.
   *
   * @param served whoever gets its verdict besides the leader
   * @param again whoever needs another scan
   */
  record Over(PendingScan leader, List<PendingScan> served, List<PendingScan> again) {}

  /** A scan under way; {@code quiet} and {@code signatures} are as when it began. */
  private record Scan(
      PendingScan leader,
      boolean quiet,
      long signatures,
      Set<PendingScan> along,
      Set<PendingScan> later) {}

  private final FileProbe files;

  /** Those that wait for a scan, by file; no set is empty. */
  private final Map<FileId, Set<PendingScan>> waiting = new HashMap<>();

  private final Map<PermissionRequest, Scan> scans = new HashMap<>();

  /** Those of {@link #scans} that can be shared. */
  private final Map<FileId, Scan> shared = new HashMap<>();

  ScanCoalescer(FileProbe files) {
    this.files = files;
  }

  /** Has {@code ticket} wait for the end of a scan of its file; returns false if there is none. */
  boolean follow(PendingScan ticket) {
    Optional<Scan> scan = ticket.file().map(shared::get);
    if (scan.isEmpty() || !files.isKnownByNumber(ticket.request())) {
      return false;
    }
    scan.get().later().add(ticket);
    return true;
  }

  /** Returns whether a request about {@code file} would follow a scan. */
  boolean isScanned(Optional<FileId> file) {
    return file.map(shared::get).isPresent();
  }

  /** {@code ticket} waits for a scanner. */
  void add(PendingScan ticket) {
    ticket
        .file()
        .ifPresent(f -> waiting.computeIfAbsent(f, x -> new LinkedHashSet<>()).add(ticket));
  }

  /** {@code ticket} waits no more, for a scanner or for the end of a scan. */
  void remove(PendingScan ticket) {
    ticket.file().ifPresent(file -> remove(file, ticket));
  }

  private void remove(FileId file, PendingScan ticket) {
    Set<PendingScan> others = waiting.get(file);
    if (others != null && others.remove(ticket) && others.isEmpty()) {
      waiting.remove(file);
    }
    Scan scan = shared.get(file);
    if (scan != null) {
      scan.along().remove(ticket);
      scan.later().remove(ticket);
    }
  }

  /** The scan of {@code leader} begins; returns those that wait no more, since they go along. */
  Set<PendingScan> begin(PendingScan leader) {
    remove(leader);
    if (leader.file().isEmpty() || !files.isKnownByNumber(leader.request())) {
      scans.put(leader.request(), scan(leader, /* quiet= */ false));
      return Set.of();
    }
    FileId file = leader.file().get();
    Scan scan = scan(leader, files.isQuiet(leader.request()));
    for (PendingScan twin : List.copyOf(waiting.getOrDefault(file, Set.of()))) {
      if (files.isKnownByNumber(twin.request())) {
        remove(file, twin);
        scan.along().add(twin);
      }
    }
    scans.put(leader.request(), scan);
    shared.put(file, scan);
    return scan.along();
  }

  private Scan scan(PendingScan leader, boolean quiet) {
    return new Scan(
        leader, quiet, files.signatures(), new LinkedHashSet<>(), new LinkedHashSet<>());
  }

  /** The scan that {@code leader} leads ended with {@code verdict}. */
  Over end(PermissionRequest leader, Verdict verdict) {
    Scan scan = scans.remove(leader);
    if (scan == null) {
      throw new IllegalStateException("not scanned: " + leader);
    }
    scan.leader().file().ifPresent(file -> shared.remove(file, scan));
    List<PendingScan> served = new ArrayList<>(scan.along());
    List<PendingScan> again = new ArrayList<>();
    if (!scan.later().isEmpty()) {
      boolean isUnchanged = isUnchanged(scan, verdict);
      for (PendingScan ticket : scan.later()) {
        boolean isGood = isUnchanged && isGoodFor(ticket, scan, verdict);
        (isGood ? served : again).add(ticket);
      }
    }
    return new Over(scan.leader(), served, again);
  }

  private boolean isUnchanged(Scan scan, Verdict verdict) {
    if (verdict instanceof Verdict.Unscanned) {
      return false;
    }
    PermissionRequest leader = scan.leader().request();
    boolean isQuiet =
        verdict instanceof Verdict.Infected
            || (scan.quiet() && scan.signatures() == files.signatures() && files.isQuiet(leader));
    Optional<FileVersion> before = scan.leader().version();
    return isQuiet && before.isPresent() && files.version(leader).equals(before);
  }

  private static boolean isGoodFor(PendingScan ticket, Scan scan, Verdict verdict) {
    return verdict instanceof Verdict.Clean || ticket.version().equals(scan.leader().version());
  }

  /** Returns whoever waits for the end of a scan, but leads none. */
  List<PendingScan> followers() {
    List<PendingScan> all = new ArrayList<>();
    for (Scan scan : scans.values()) {
      all.addAll(scan.along());
      all.addAll(scan.later());
    }
    return all;
  }
}
