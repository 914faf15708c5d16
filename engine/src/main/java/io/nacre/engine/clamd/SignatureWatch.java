package io.nacre.engine.clamd;

import io.nacre.engine.verdict.SignatureSet;
import io.nacre.linux.process.ProcFs;
import io.nacre.linux.socket.PeerCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Follows which signatures one clamd uses, and tells the {@link SignatureSet}. Belongs to its
 * monitor, which looks before it asks clamd anything, and then tells what clamd answered.
 *
 * <p>They are others when the process is, when its VERSION is, and when it was seen to load some.
 * The first two tell nothing of signatures that somebody added by himself. So a clamd whose loads
 * cannot be seen is in doubt all the time, unless all its signatures are official.
 */
public final class SignatureWatch implements AutoCloseable {
  private static final int SYSTEMD = 1;

  /** The kernel tells when it was started itself in whole seconds. */
  private static final Duration START_ERROR = Duration.ofSeconds(2);

  /**
   * Where signatures are.
   *
   * @param directory that of each clamd on this machine; found out if nothing
   * @param areOfficial whether VERSION tells of all that a clamd has whose loads cannot be seen
   */
  public record Database(Optional<Path> directory, boolean areOfficial) {}

  /**
   * What is known of them.
   *
   * @param directory where they are, if their loads can be seen
   * @param newest the time of the newest file there
   * @param doubt why nothing is kept; empty if it is
   * @param identity the same for a later engine only if the signatures are; nothing if that cannot
   *     be told
   */
  public record Reading(
      Optional<Path> directory, Optional<Instant> newest, String doubt, Optional<String> identity) {
    static final Reading NOT_ASKED =
        new Reading(Optional.empty(), Optional.empty(), "it was not asked yet", Optional.empty());
  }

  /** A process; its number alone may be used again. */
  private record Peer(int pid, long startedAt) {
    /** Somewhere else, or behind a socket that systemd listens at. */
    static final Peer UNKNOWN = new Peer(0, 0);
  }

  private final ClamdEndpoint endpoint;
  private final Database database;
  private final SignatureSet signatures;
  private final ProcFs procFs = new ProcFs();
  private Optional<Peer> process = Optional.empty();
  private String version = "";
  private Optional<Path> directory = Optional.empty();
  private Optional<DatabaseLoads> loads = Optional.empty();
  private String blindness = "";
  private boolean isLoading;

  /** The files as they were before they were loaded. */
  private Optional<DatabaseIdentity> loaded = Optional.empty();

  private Instant lookedAt = Instant.MIN;
  private Instant beforeLoad = Instant.MIN;

  SignatureWatch(ClamdEndpoint endpoint, Database database, SignatureSet signatures) {
    this.endpoint = endpoint;
    this.database = database;
    this.signatures = signatures;
    doubt(Reading.NOT_ASKED.doubt());
  }

  /** Looks whether clamd loads, or has loaded since the last call; before it is asked anything. */
  void look() {
    if (loads.isEmpty()) {
      return;
    }
    Instant before = lookedAt;
    lookedAt = Instant.now();
    try {
      DatabaseLoads.State state = loads.get().look();
      if (state != DatabaseLoads.State.NONE && !isLoading) {
        beforeLoad = before;
      }
      isLoading = state == DatabaseLoads.State.UNDER_WAY;
      if (state != DatabaseLoads.State.NONE) {
        doubt("it loads signatures");
      }
      if (state == DatabaseLoads.State.OVER) {
        loaded = since(beforeLoad);
        signatures.forget("clamd at " + endpoint + " loaded signatures");
      }
    } catch (IOException e) {
      endSight(String.valueOf(e.getMessage()));
      process = Optional.empty(); // to be looked at again
    }
  }

  /** clamd takes connections, and is {@code peer}, if it is on this machine. */
  void reached(Optional<PeerCredentials> peer) {
    Peer now =
        peer.map(PeerCredentials::pid)
            .filter(pid -> pid > SYSTEMD)
            .map(pid -> new Peer(pid, procFs.startedAt(pid)))
            .orElse(Peer.UNKNOWN);
    if (process.filter(now::equals).isPresent()) {
      return;
    }
    process = Optional.of(now);
    doubt("it was not asked yet");
    beginSight(now, peer.isPresent());
    signatures.forget("clamd at " + endpoint + " is another process");
    endpoint.isProcess(now.pid());
  }

  /**
   * clamd said {@code now} of itself; its second answer since {@link #look}, so that it uses what
   * was loaded before that.
   */
  void answered(String now) {
    if (!now.equals(version)) {
      boolean isFirst = version.isEmpty();
      version = now;
      if (!isFirst) {
        signatures.forget("clamd at " + endpoint + " is " + now);
      }
    }
    if (isLoading) {
      return;
    }
    if (loads.isEmpty() && !database.areOfficial()) {
      doubt(blindness);
    } else {
      signatures.trust(this);
      tell("");
    }
  }

  /** clamd cannot be reached: whatever comes to be there later is another process. */
  void gone() {
    boolean wasNever = process.isEmpty() && version.isEmpty();
    if (wasNever) {
      signatures.trust(this); // nothing ever came from it
    }
    process = Optional.empty();
  }

  @Override
  public void close() {
    loads.ifPresent(DatabaseLoads::close);
    loads = Optional.empty();
  }

  private void beginSight(Peer of, boolean isHere) {
    close();
    isLoading = false;
    directory = Optional.empty();
    if (!isHere) {
      blindness = "it is on another machine, where signatures may be added unseen";
      return;
    }
    directory = database.directory().or(() -> DatabaseDirectory.find(of.pid()));
    if (directory.isEmpty()) {
      blindness = "its database directory cannot be found; nacre.clamd.database can name it";
      return;
    }
    try {
      loads = Optional.of(DatabaseLoads.of(directory.get(), of.pid()));
      loaded = since(startOf(of.pid()));
    } catch (IOException e) {
      endSight(String.valueOf(e.getMessage()));
    }
  }

  private static Instant startOf(int pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().startInstant())
        .map(start -> start.minus(START_ERROR))
        .orElse(Instant.MIN);
  }

  private void endSight(String why) {
    close();
    isLoading = false;
    blindness = "its database directory cannot be watched: " + why;
    doubt(blindness);
    signatures.forget("clamd at " + endpoint + ": " + blindness);
  }

  /**
   * Returns what is there, if none of it changed since {@code before}, when clamd began to load.
   */
  private Optional<DatabaseIdentity> since(Instant before) {
    return directory
        .flatMap(DatabaseIdentity::of)
        .filter(files -> files.changed().isBefore(before));
  }

  private Optional<String> identity() {
    return loads.isEmpty() ? Optional.empty() : loaded.map(files -> version + " " + files.digest());
  }

  private void doubt(String why) {
    signatures.doubt(this);
    tell(why);
  }

  private void tell(String doubt) {
    endpoint.signatures(
        new Reading(
            loads.isPresent() ? directory : Optional.empty(),
            loads.flatMap(DatabaseLoads::newest),
            doubt,
            doubt.isEmpty() ? identity() : Optional.empty()));
  }
}
