package io.nacre.engine.caching;

import io.nacre.engine.handover.TransferableState;
import io.nacre.engine.json.JsonObject;
import io.nacre.engine.verdict.CleanFiles;
import io.nacre.engine.verdict.FileId;
import io.nacre.engine.verdict.InvalidationLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The copy of the verdict caches for a successor, and its correction.
 *
 * <p>The copy is made while the running engine still reads. A file that a process may have changed
 * meanwhile is invalidated there, and must be so in the copy before the successor reads. Belongs to
 * one thread.
 */
public final class CacheTransfer {
  private static final int INVALIDATED_FILES = 10_000;
  private static final String ALL = "invalidated-all";
  private static final String FILES = "invalidated";
  private static final int NUMBERS = 3;

  private final CleanFiles files;
  private final List<TransferableState> states;
  private Optional<InvalidationLog> log = Optional.empty();

  /** A transfer of {@code caches}, in either direction. */
  public CacheTransfer(VerdictCaches caches) {
    this.files = caches.files();
    this.states =
        List.of(
            new MountTransfer(caches.mountTypes()), // first, since a new mount clears the others
            new CleanFilesTransfer(caches.files()),
            new InfectedFilesTransfer(caches.infected()));
  }

  /** Returns the caches. */
  public List<TransferableState> states() {
    return states;
  }

  /** Logs what is invalidated from now on. */
  public void begin() {
    log = Optional.of(files.logInvalidations(INVALIDATED_FILES));
  }

  /** Returns what was invalidated since {@link #begin}, as values that JSON can hold. */
  public Map<String, Object> invalidated() {
    if (log.isEmpty() || log.get().isAll()) {
      return Map.of(ALL, true);
    }
    List<String> ids = new ArrayList<>();
    for (FileId id : log.get().files()) {
      ids.add(id.device() + " " + id.subvolume() + " " + id.inode());
    }
    return Map.of(ALL, false, FILES, ids);
  }

  /** Ends the log. */
  public void end() {
    files.endLog();
    log = Optional.empty();
  }

  /** Removes what the running engine has invalidated; no thread looks files up yet. */
  public void invalidate(JsonObject invalidated) {
    if (invalidated.getBoolean(ALL)) {
      states.forEach(TransferableState::discard);
      return;
    }
    for (String id : invalidated.getStrings(FILES)) {
      String[] numbers = id.split(" ", NUMBERS);
      files.remove(
          new FileId(
              Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2])));
    }
  }
}
