package io.nacre.engine.clamd;

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
   * @param directory where they are, as it names it, if their loads can be seen
   * @param newest the time of the newest file there
   * @param doubt why nothing is kept; empty if it is
   */
  public record Reading(Optional<String> directory, Optional<Instant> newest, String doubt) {
    static final Reading NOT_ASKED =
        new Reading(Optional.empty(), Optional.empty(), "it was not asked yet");
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
  private Optional<DatabaseDirectory> directory = Optional.empty();
  private Optional<DatabaseLoads> loads = Optional.empty();
  private String blindness = "";
  private boolean mustLookAnew;
  private boolean isLoading;

  /** The files as they were when they were last looked at. */
  private Optional<DatabaseIdentity> present = Optional.empty();

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
    try {
      DatabaseLoads.State state = loads.get().look();
      if (process.filter(this::isGone).isPresent()) {
        died();
        return;
      }
      if (state != DatabaseLoads.State.NONE) {
        doubt("it loads signatures");
      }
      isLoading = loads.get().isUnderWay();
      tell(state);
    } catch (IOException e) {
      if (process.filter(this::isGone).isPresent()) {
        died();
      } else {
        endSight(String.valueOf(e.getMessage()));
      }
    }
  }

  /** That gave it no other signatures; whoever comes then is another process. */
  private void died() {
    close();
    isLoading = false;
    signatures.trust(this); // nothing comes from it
    tell("it is gone");
  }

  private void tell(DatabaseLoads.State state) {
    switch (state) {
      case OVER -> {
        present = files();
        signatures.forget("clamd at " + endpoint + " loaded signatures");
      }
      case EXCHANGED -> {
        present = files();
        signatures.forget("clamd at " + endpoint + " has another database directory");
      }
      case POSSIBLE -> suspect();
      case NONE, UNDER_WAY -> {
        // what is known still holds
      }
    }
  }

  /** What is infected stays so, unless there are other files to load than before. */
  private void suspect() {
    Optional<DatabaseIdentity> now = files();
    if (now.isPresent() && now.equals(present)) {
      signatures.forgetClean("clamd at " + endpoint + " may have loaded signatures");
    } else {
      signatures.forget("clamd at " + endpoint + " loaded signatures");
    }
    present = now;
  }

  /** clamd takes connections, and is {@code peer}, if it is on this machine. */
  void reached(Optional<PeerCredentials> peer) {
    Peer now = peer.map(this::processOf).orElse(Peer.UNKNOWN);
    boolean isSame = process.filter(now::equals).isPresent();
    if (isSame && !mustLookAnew) {
      return;
    }
    process = Optional.of(now);
    mustLookAnew = false;
    doubt("it was not asked yet");
    Optional<DatabaseIdentity> before = present;
    beginSight(now, peer.isPresent());
    if (!isSame) {
      signatures.forget("clamd at " + endpoint + " is another process");
    } else if (!present.equals(before)) {
      signatures.forget("clamd at " + endpoint + " has other files of signatures");
    }
    endpoint.isProcess(now.pid());
  }

  /** systemd may listen for clamd, and must not be taken for it. */
  private Peer processOf(PeerCredentials peer) {
    int pid = peer.pid();
    if (pid <= SYSTEMD && endpoint.settings().address() instanceof ClamdAddress.Unix socket) {
      Optional<Peer> held = process.filter(last -> last.pid() > 0 && !isGone(last));
      pid = held.isPresent() ? held.get().pid() : SocketOwner.find(socket.path(), procFs);
    }
    return pid <= 0 ? Peer.UNKNOWN : new Peer(pid, procFs.startedAt(pid));
  }

  private boolean isGone(Peer peer) {
    return peer.pid() != 0
        && (procFs.startedAt(peer.pid()) != peer.startedAt()
            || Files.notExists(Path.of("/proc/" + peer.pid(), "root"))); // a zombie has none
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
    process = process.filter(last -> last.pid() != 0); // else the next may be the same
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
    present = Optional.empty();
    if (!isHere) {
      blindness = "it is on another machine, where signatures may be added unseen";
      return;
    }
    try {
      Instant startedAt = startOf(of.pid());
      directory = Optional.of(directory(of.pid(), startedAt.plus(START_ERROR)));
      loads = Optional.of(DatabaseLoads.of(directory.get(), of.pid()));
      present = files();
    } catch (IOException e) {
      blindness = cannotBeWatched(String.valueOf(e.getMessage()));
    }
  }

  private DatabaseDirectory directory(int pid, Instant startedAt) throws IOException {
    if (database.directory().isPresent()) {
      return DatabaseDirectory.at(database.directory().get());
    }
    if (pid == 0) {
      throw new IOException("which process it is cannot be told");
    }
    return DatabaseDirectory.of(pid, startedAt);
  }

  private static Instant startOf(int pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().startInstant())
        .orElse(Instant.EPOCH);
  }

  private void endSight(String why) {
    close();
    isLoading = false;
    mustLookAnew = true;
    blindness = cannotBeWatched(why);
    doubt(blindness);
    signatures.forgetClean("clamd at " + endpoint + ": " + blindness);
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

  private void doubt(String why) {
    signatures.doubt(this);
    tell(why);
  }

  private void tell(String doubt) {
    endpoint.signatures(
        new Reading(
            loads.isPresent() ? directory.map(Object::toString) : Optional.empty(),
            loads.flatMap(DatabaseLoads::newest),
            doubt));
  }
}
