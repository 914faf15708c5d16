package io.nacre.engine.clamd;

import io.nacre.engine.config.ClamdAddress;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.linux.process.ProcFs;
import io.nacre.linux.socket.PeerCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Tracks which signatures one clamd uses, and reports changes to the {@link SignatureSet}. Belongs
 * to the thread of its monitor.
 *
 * <p>The signatures change when the process does, when its VERSION does, and when it loads some.
 * The first two say nothing about signatures that an administrator added. So a clamd whose loads
 * cannot be observed stays uncertain, unless all its signatures are official.
 */
public final class SignatureWatch implements AutoCloseable {
  private static final int SYSTEMD = 1;

  /** The kernel gives the boot time, and so each start time, in whole seconds. */
  private static final Duration START_ERROR = Duration.ofSeconds(2);

  /**
   * Where signatures are.
   *
   * @param directory the directory of each clamd on this machine; found by its process if empty
   * @param areOfficial whether VERSION identifies all signatures of a clamd whose loads cannot be
   *     observed
   */
  public record Database(Optional<Path> directory, boolean areOfficial) {}

  /** A process; its number alone may be used again. */
  record Peer(int pid, long startedAt) {
    /** On another machine, or behind a socket of systemd's. */
    static final Peer UNKNOWN = new Peer(0, 0);
  }

  /**
   * The signatures of a clamd, as far as a watch has observed them without a gap.
   *
   * @param process the process of clamd
   * @param version its answer to VERSION
   * @param files the files of its database
   */
  record Observed(Peer process, String version, Optional<DatabaseIdentity> files) {}

  private final ClamdEndpoint endpoint;
  private final Database database;
  private final SignatureSet signatures;
  private final ProcFs procFs = new ProcFs();
  private Optional<Peer> process = Optional.empty();
  private String version = "";
  private Optional<DatabaseDirectory> directory = Optional.empty();
  private Optional<DatabaseLoads> loads = Optional.empty();
  private String whyUnobserved = "";
  private boolean mustObserveAgain;
  private boolean isLoading;

  /** The files at the last check. */
  private Optional<DatabaseIdentity> present = Optional.empty();

  SignatureWatch(ClamdEndpoint endpoint, Database database, SignatureSet signatures) {
    this.endpoint = endpoint;
    this.database = database;
    this.signatures = signatures;
    setUncertain(SignatureReading.NOT_ASKED.uncertainty());
  }

  /** Checks whether clamd loads, or has loaded since the last call; before any command is sent. */
  void checkLoads() {
    if (loads.isEmpty()) {
      return;
    }
    try {
      DatabaseLoads.State state = loads.get().check();
      if (process.filter(this::isGone).isPresent()) {
        onDeath();
        return;
      }
      if (state != DatabaseLoads.State.NONE) {
        setUncertain("it loads signatures");
      }
      isLoading = loads.get().isInProgress();
      onLoad(state);
    } catch (IOException e) {
      if (process.filter(this::isGone).isPresent()) {
        onDeath();
      } else {
        endObservation(String.valueOf(e.getMessage()));
      }
    }
  }

  /** A death changes no signatures; a clamd that comes later is another process. */
  private void onDeath() {
    endpoint.setObserved(Optional.empty());
    endLoads();
    isLoading = false;
    signatures.markCertain(this); // no verdict comes from it
    report("it is gone");
  }

  private void onLoad(DatabaseLoads.State state) {
    switch (state) {
      case COMPLETED -> {
        present = files();
        signatures.invalidateAll("clamd at " + endpoint + " loaded signatures");
      }
      case EXCHANGED -> {
        present = files();
        signatures.invalidateAll("clamd at " + endpoint + " has another database directory");
      }
      case POSSIBLE -> onPossibleLoad();
      case NONE, IN_PROGRESS -> {
        // cached verdicts are still valid
      }
    }
  }

  /** Infected verdicts stay valid, unless there are other files to load than before. */
  private void onPossibleLoad() {
    Optional<DatabaseIdentity> now = files();
    if (now.isPresent() && now.equals(present)) {
      signatures.invalidateClean("clamd at " + endpoint + " may have loaded signatures");
    } else {
      signatures.invalidateAll("clamd at " + endpoint + " loaded signatures");
    }
    present = now;
  }

  /** clamd accepted a connection; it is process {@code peer}, if it is on this machine. */
  void onConnected(Optional<PeerCredentials> peer) {
    Peer now = peer.map(this::processOf).orElse(Peer.UNKNOWN);
    boolean isSame = process.filter(now::equals).isPresent();
    if (isSame && !mustObserveAgain) {
      return;
    }
    process = Optional.of(now);
    mustObserveAgain = false;
    setUncertain("it was not asked yet");
    Optional<DatabaseIdentity> before = present;
    beginObservation(now, peer.isPresent());
    if (!isSame) {
      if (!continues(now)) {
        signatures.invalidateAll("clamd at " + endpoint + " is another process");
      }
    } else if (!present.equals(before)) {
      signatures.invalidateAll("clamd at " + endpoint + " has other signature files");
    }
    endpoint.setProcess(now.pid());
  }

  /**
   * Returns whether another watch observes process {@code now} at this moment, and clamd has the
   * same files as there. So no load was missed by both: this watch observes already, and the other
   * one checks for loads once more before it ends.
   */
  private boolean continues(Peer now) {
    Optional<Observed> before =
        endpoint
            .takePredecessor()
            .flatMap(ClamdEndpoint::observed)
            .filter(other -> other.process().equals(now) && other.files().equals(present));
    before.ifPresent(other -> version = other.version());
    return before.isPresent();
  }

  /** Returns the process behind the socket; systemd may listen on behalf of clamd. */
  private Peer processOf(PeerCredentials peer) {
    int pid = peer.pid();
    if (pid <= SYSTEMD && endpoint.settings().address() instanceof ClamdAddress.Unix socket) {
      Optional<Peer> found = process.filter(last -> last.pid() > 0 && !isGone(last));
      pid = found.isPresent() ? found.get().pid() : SocketOwner.find(socket.path(), procFs);
    }
    return pid <= 0 ? Peer.UNKNOWN : new Peer(pid, procFs.startedAt(pid));
  }

  private boolean isGone(Peer peer) {
    return peer.pid() != 0
        && (procFs.startedAt(peer.pid()) != peer.startedAt()
            || Files.notExists(Path.of("/proc/" + peer.pid(), "root"))); // a zombie has none
  }

  /**
   * clamd answered VERSION with {@code now}. It is the second answer since {@link #checkLoads}, so
   * that clamd uses the signatures that were loaded before that check.
   */
  void onAnswer(String now) {
    if (!now.equals(version)) {
      boolean isFirst = version.isEmpty();
      version = now;
      if (!isFirst) {
        signatures.invalidateAll("clamd at " + endpoint + " is " + now);
      }
    }
    if (isLoading) {
      return;
    }
    if (loads.isEmpty() && !database.areOfficial()) {
      setUncertain(whyUnobserved);
    } else {
      signatures.markCertain(this);
      report("");
      process.ifPresent(
          certain -> endpoint.setObserved(Optional.of(new Observed(certain, version, present))));
    }
  }

  /** clamd cannot be reached: a clamd that comes later is another process. */
  void onUnreachable() {
    boolean wasNeverReached = process.isEmpty() && version.isEmpty();
    if (wasNeverReached) {
      signatures.markCertain(this); // no verdict ever came from it
    }
    process = process.filter(last -> last.pid() != 0); // an unknown one is not the same later
  }

  /** Ends the watch. */
  @Override
  public void close() {
    endpoint.setObserved(Optional.empty());
    signatures.markCertain(this); // no verdict comes from it any more
    endLoads();
  }

  private void endLoads() {
    loads.ifPresent(DatabaseLoads::close);
    loads = Optional.empty();
  }

  private void beginObservation(Peer of, boolean isLocal) {
    endLoads();
    isLoading = false;
    directory = Optional.empty();
    present = Optional.empty();
    if (!isLocal) {
      whyUnobserved = "it is on another machine, where signatures may be added unseen";
      return;
    }
    try {
      Instant startedAt = startOf(of.pid());
      directory = Optional.of(directory(of.pid(), startedAt.plus(START_ERROR)));
      loads = Optional.of(DatabaseLoads.of(directory.get(), of.pid()));
      present = files();
    } catch (IOException e) {
      whyUnobserved = cannotBeWatched(String.valueOf(e.getMessage()));
    }
  }

  private DatabaseDirectory directory(int pid, Instant startedAt) throws IOException {
    if (database.directory().isPresent()) {
      return DatabaseDirectory.at(database.directory().get());
    }
    if (pid == 0) {
      throw new IOException("its process cannot be found");
    }
    return DatabaseDirectory.of(pid, startedAt);
  }

  private static Instant startOf(int pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().startInstant())
        .orElse(Instant.EPOCH);
  }

  private void endObservation(String why) {
    endLoads();
    isLoading = false;
    mustObserveAgain = true;
    whyUnobserved = cannotBeWatched(why);
    setUncertain(whyUnobserved);
    signatures.invalidateClean("clamd at " + endpoint + ": " + whyUnobserved);
  }

  private String cannotBeWatched(String why) {
    return "its database directory cannot be watched: "
        + why
        + (database.directory().isPresent() ? "" : "; nacre.clamd.database can name it");
  }

  private Optional<DatabaseIdentity> files() {
    try {
      return directory.isEmpty() ? Optional.empty() : DatabaseIdentity.of(directory.get().now());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Returns which signatures these are, for another engine that uses the same clamd. */
  private String identity() {
    return process.map(Peer::toString).orElse("")
        + ", "
        + version
        + ", "
        + present.map(DatabaseIdentity::digest).orElse("");
  }

  private void setUncertain(String why) {
    endpoint.setObserved(Optional.empty());
    signatures.markUncertain(this);
    report(why);
  }

  private void report(String uncertainty) {
    endpoint.setSignatureIdentity(uncertainty.isEmpty() ? identity() : "");
    endpoint.setSignatures(
        new SignatureReading(
            loads.isPresent() ? directory.map(Object::toString) : Optional.empty(),
            loads.flatMap(DatabaseLoads::newest),
            uncertainty));
  }
}
