package io.nacre.engine.startup;

import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.config.ProtectConfig;
import io.nacre.engine.config.WatchConfig;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.ExitCode;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.fanotify.MarkType;
import io.nacre.linux.file.Directory;
import io.nacre.linux.process.Capability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The capabilities and kernel features that the engine needs; a missing one ends the start. */
public final class KernelPrerequisites {
  private static final List<Capability> NEEDED =
      List.of(Capability.CAP_DAC_READ_SEARCH, Capability.CAP_SYS_ADMIN);

  private static final Logger LOG = LoggerFactory.getLogger(KernelPrerequisites.class);

  private KernelPrerequisites() {}

  /**
   * Returns {@code asked}; without prevention if the kernel has no permission events and {@code
   * require-prevention} is false.
   */
  public static EngineConfig withSupportedPrevention(EngineConfig asked) throws IOException {
    boolean isTried =
        asked.watch().prevention() == WatchConfig.Prevention.ENFORCE
            && !asked.start().requirePrevention();
    if (!isTried) {
      return asked;
    }
    try {
      openGroup(/* prevention= */ true, asked.watch().protect().get(0).path()).close();
      return asked;
    } catch (EngineStartException e) {
      if (e.exitCode() != ExitCode.UNAVAILABLE) {
        return asked; // the same exception comes when the engine opens its group
      }
      LOG.warn(
          "NOTHING IS PREVENTED: {}. Infected files are reported, but can be opened, as"
              + " nacre.require-prevention = false allows",
          e.getMessage());
      return asked.detecting();
    }
  }

  /** Returns whether this process has the capabilities of an engine. */
  static boolean isPrivileged() {
    try {
      for (Capability capability : NEEDED) {
        if (!capability.isEffective()) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns why this kernel, or this user, could not run {@code config}; changes nothing. */
  static Optional<String> complaint(EngineConfig config) {
    List<ProtectConfig> paths = config.watch().protect();
    if (paths.isEmpty()) {
      return Optional.empty();
    }
    boolean needsPrevention = config.watch().isPreventing() && config.start().requirePrevention();
    try {
      openGroup(needsPrevention, paths.get(0).path()).close();
      return Optional.empty();
    } catch (EngineStartException | IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Opens the engine's group and tries a mark on {@code directory}.
   *
   * @param prevention whether the group must be able to block opens
   */
  public static FanotifyGroup openGroup(boolean prevention, Path directory)
      throws EngineStartException, IOException {
    for (Capability capability : NEEDED) {
      if (!capability.isEffective()) {
        throw missing(capability.name());
      }
    }
    FanotifyGroup group = open(prevention);
    if (prevention) {
      try {
        tryPermissionMark(group, directory);
      } catch (ErrnoException e) {
        group.close();
        if (e.errno() != Errno.EINVAL) {
          throw e;
        }
        throw new EngineStartException(
            ExitCode.UNAVAILABLE,
            "this kernel has no permission events for "
                + directory
                + " (CONFIG_FANOTIFY_ACCESS_PERMISSIONS is off, or it is a file system like"
                + " proc); set nacre.prevention = detect to watch without preventing",
            e);
      }
    }
    return group;
  }

  private static FanotifyGroup open(boolean prevention)
      throws EngineStartException, ErrnoException {
    try {
      return FanotifyGroup.open(
          prevention ? FanotifyGroup.Kind.PERMISSION : FanotifyGroup.Kind.NOTIFICATION);
    } catch (ErrnoException e) {
      switch (e.errno()) {
        case Errno.EPERM -> throw missing("CAP_SYS_ADMIN in the first user namespace");
        case Errno.ENOSYS ->
            throw new EngineStartException(
                ExitCode.UNAVAILABLE, "this kernel has no fanotify (CONFIG_FANOTIFY is off)", e);
        case Errno.EINVAL ->
            throw new EngineStartException(
                ExitCode.UNAVAILABLE,
                "this kernel has no permission events (CONFIG_FANOTIFY_ACCESS_PERMISSIONS is"
                    + " off); set nacre.prevention = detect to watch without preventing",
                e);
        default -> throw e;
      }
    }
  }

  /** Marks the directory's own opens, but without FAN_ONDIR, so that it raises no event. */
  private static void tryPermissionMark(FanotifyGroup group, Path path) throws ErrnoException {
    try (Directory directory = Directory.open(path.toString().getBytes(StandardCharsets.UTF_8))) {
      group.mark(MarkType.INODE, FanotifyMask.FAN_OPEN_PERM, directory.fd());
      group.unmark(MarkType.INODE, FanotifyMask.FAN_OPEN_PERM, directory.fd());
    }
  }

  private static EngineStartException missing(String capability) {
    return new EngineStartException(
        ExitCode.NO_PERMISSION, "needs " + capability + "; run it as root, for example with sudo");
  }
}
