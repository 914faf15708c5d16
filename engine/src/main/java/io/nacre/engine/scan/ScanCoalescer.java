package io.nacre.engine.scan;

import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.ScanJob;
import io.nacre.engine.verdict.FileId;
import io.nacre.engine.verdict.FileInspector;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.engine.verdict.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which jobs share a scan, because they are about the same file.
 *
 * <p>One job <i>leads</i> a scan. Jobs that wait when the scan begins <i>join</i> it and get
 * whatever it finds: the file is scanned after all of their events. Jobs that come while it is
 * under way <i>follow</i> it. They get its verdict only if the file cannot have changed meanwhile,
 * and else another scan:
 *
 * <pre>
 * event of the leader: version → scan begins: no writer → scan → no writer → the same version
 * </pre>
 *
 * <p>A process that could write at the beginning, or can at the end, is seen as a writer; one that
 * came and went between has changed the version. The writer is looked for before the version is
 * read, since a store between the two would be missed the other way round. A clean verdict by older
 * signatures is not for followers either. An infected verdict is for each follower that saw the
 * same version: to deny too much does no harm.
 *
 * <p>Belongs to one thread, and costs a look-up for each job.
 */
final class ScanCoalescer {

  /**
   * A scan that has ended.
   *
   * @param served jobs that get its verdict besides the leader
   * @param unserved followers that need another scan
   */
  record Ended(PendingScan leader, List<PendingScan> served, List<PendingScan> unserved) {}

  /** A scan under way; {@code isQuiet} and {@code signatures} are as when it began. */
  private record Scan(
      PendingScan leader,
      boolean isQuiet,
      long signatures,
      Set<PendingScan> joined,
      Set<PendingScan> followers) {}

  private final FileInspector files;
  private final SignatureSet signatures;

  /** Jobs that wait for a scanner, by file; no set is empty. */
  private final Map<FileId, Set<PendingScan>> waiting = new HashMap<>();

  private final Map<ScanJob, Scan> scans = new HashMap<>();

  /** Those of {@link #scans} that can be shared. */
  private final Map<FileId, Scan> shared = new HashMap<>();

  ScanCoalescer(FileInspector files, SignatureSet signatures) {
    this.files = files;
    this.signatures = signatures;
  }

  /** Lets {@code pending} follow a scan of its file; returns false if there is none. */
  boolean follow(PendingScan pending) {
    Scan scan = shared.get(pending.file());
    if (scan == null || !isIdentifiable(pending.job())) {
      return false;
    }
    scan.followers().add(pending);
    return true;
  }

  /** Returns whether {@code job} would follow a scan. */
  boolean isScanned(ScanJob job) {
    return !shared.isEmpty() && shared.containsKey(FileId.of(job.facts().version()));
  }

  /** {@code pending} waits for a scanner. */
  void add(PendingScan pending) {
    if (pending.job().facts().isKnown()) {
      waiting.computeIfAbsent(pending.file(), file -> new LinkedHashSet<>()).add(pending);
    }
  }

  /** {@code pending} waits no more, for a scanner or for the end of a scan. */
  void remove(PendingScan pending) {
    Set<PendingScan> others = waiting.get(pending.file());
    if (others != null && others.remove(pending) && others.isEmpty()) {
      waiting.remove(pending.file());
    }
    Scan scan = shared.get(pending.file());
    if (scan != null) {
      scan.joined().remove(pending);
      scan.followers().remove(pending);
    }
  }

  /** The scan of {@code leader} begins; returns the jobs that join it, and wait no more. */
  Set<PendingScan> begin(PendingScan leader) {
    remove(leader);
    if (!isIdentifiable(leader.job())) {
      scans.put(leader.job(), scan(leader, /* isQuiet= */ false));
      return Set.of();
    }
    Scan scan = scan(leader, isQuiet(leader.job()));
    for (PendingScan other : List.copyOf(waiting.getOrDefault(leader.file(), Set.of()))) {
      if (isIdentifiable(other.job())) {
        remove(other);
        scan.joined().add(other);
      }
    }
    scans.put(leader.job(), scan);
    shared.put(leader.file(), scan);
    return scan.joined();
  }

  private Scan scan(PendingScan leader, boolean isQuiet) {
    return new Scan(
        leader, isQuiet, signatures.generation(), new LinkedHashSet<>(), new LinkedHashSet<>());
  }

  /** The scan that {@code leader} leads ended with {@code verdict}. */
  Ended end(ScanJob leader, Verdict verdict) {
    Scan scan = scans.remove(leader);
    if (scan == null) {
      throw new IllegalStateException("not scanned: " + leader);
    }
    shared.remove(scan.leader().file(), scan);
    List<PendingScan> served = new ArrayList<>(scan.joined());
    List<PendingScan> unserved = new ArrayList<>();
    if (!scan.followers().isEmpty()) {
      boolean isUnchanged = isUnchanged(scan, verdict);
      for (PendingScan follower : scan.followers()) {
        boolean isServed = isUnchanged && isValidFor(follower, scan, verdict);
        (isServed ? served : unserved).add(follower);
      }
    }
    return new Ended(scan.leader(), served, unserved);
  }

  private boolean isUnchanged(Scan scan, Verdict verdict) {
    ScanJob leader = scan.leader().job();
    if (verdict instanceof Verdict.Unscanned || !leader.facts().isKnown()) {
      return false;
    }
    boolean isQuiet =
        verdict instanceof Verdict.Infected
            || (scan.isQuiet() && scan.signatures() == signatures.generation() && isQuiet(leader));
    return isQuiet && files.version(leader.file()).equals(Optional.of(leader.facts().version()));
  }

  private static boolean isValidFor(PendingScan follower, Scan scan, Verdict verdict) {
    return verdict instanceof Verdict.Clean || follower.version().equals(scan.leader().version());
  }

  /** Returns whether the file of {@code job} is identified by its numbers. */
  private boolean isIdentifiable(ScanJob job) {
    FileFacts facts = job.facts();
    return facts.isKnown() && files.isIdentifiable(facts.version(), facts.mountId());
  }

  private boolean isQuiet(ScanJob job) {
    return files.isQuiet(job.file(), job.facts().version(), job.facts().mountId());
  }

  /** Returns the jobs that wait for the end of a scan, but lead none. */
  List<PendingScan> sharing() {
    List<PendingScan> all = new ArrayList<>();
    for (Scan scan : scans.values()) {
      all.addAll(scan.joined());
      all.addAll(scan.followers());
    }
    return all;
  }
}
