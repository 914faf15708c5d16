package io.nacre.linux.file;

import io.nacre.linux.ErrnoException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The types of the file systems behind mounts, each asked for once; for any thread.
 *
 * <p>Mounts are known by their unique numbers, which are never used again, so nothing here grows
 * old. Asks the kernel and never a file system: see {@link MountedType}.
 */
public final class MountTypes {
  private static final int MOUNTS = 256;
  private static final long UNKNOWN = 0;

  private final MountedType mountedType = new MountedType();
  private final Map<Long, Long> types = new LinkedHashMap<>(); // the oldest first

  /**
   * Returns the type of the file system behind a mount, as statfs(2) has it in {@code f_type}; 0 if
   * it cannot be told, as on a kernel before 6.8 or of a mount of another mount namespace.
   *
   * @param mountId of {@link Statx#uniqueMountId}
   */
  public synchronized long of(long mountId) {
    if (mountId < 0) {
      return UNKNOWN;
    }
    Long known = types.get(mountId);
    return known != null ? known : ask(mountId);
  }

  private long ask(long mountId) {
    long type;
    try {
      type = mountedType.of(mountId);
    } catch (ErrnoException e) {
      type = UNKNOWN;
    }
    if (types.size() == MOUNTS) {
      types.remove(types.keySet().iterator().next());
    }
    types.put(mountId, type);
    return type;
  }
}
