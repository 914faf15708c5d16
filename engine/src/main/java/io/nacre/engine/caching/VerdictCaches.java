package io.nacre.engine.caching;

import io.nacre.engine.config.CacheConfig;
import io.nacre.engine.context.StageContext;
import io.nacre.engine.verdict.CleanCache;
import io.nacre.engine.verdict.CleanFiles;
import io.nacre.engine.verdict.FileInspector;
import io.nacre.engine.verdict.InfectedFiles;
import io.nacre.engine.verdict.KernelFileInspector;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.engine.verdict.WholeFilesystems;
import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.WriterProbe;
import io.nacre.linux.file.MountTypes;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The caches of scan verdicts, in user space and in the kernel, and what invalidates them.
 *
 * <p><b>Owns</b> the group of the writer probe, and the kernel cache until its actor runs. <b>Must
 * not own</b> the fanotify group whose marks it adds to. <b>Hands to</b> the readers and the scans,
 * which look verdicts up and add them. <b>Thread</b>: any; opened and closed by one.
 *
 * @param writers finds the writers of a file; none without the right to have one
 * @param mountTypes the types of the file systems behind mounts
 * @param whole the file systems on which every open raises an event
 * @param look inspects open files
 * @param files the clean files
 * @param clean decides which of them need no scan now
 * @param kernelCache those of them that the kernel raises no event for, if it is on
 * @param infected the versions that are denied without a scan
 * @param signatures the signature databases that verdicts come from
 */
public record VerdictCaches(
    Optional<WriterProbe> writers,
    MountTypes mountTypes,
    WholeFilesystems whole,
    FileInspector look,
    CleanFiles files,
    CleanCache clean,
    LiveKernelCache kernelCache,
    InfectedFiles infected,
    SignatureSet signatures)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VerdictCaches.class);

  /** About 200 bytes each. */
  private static final int INFECTED_FILES = 65_536;

  /** Opens empty caches. */
  public static VerdictCaches open(CacheConfig config, StageContext context) throws ErrnoException {
    CleanFiles files = new CleanFiles(config.entries());
    MountTypes mountTypes = new MountTypes(files::clear);
    WholeFilesystems whole = new WholeFilesystems(files::clear);
    Optional<WriterProbe> writers = openWriterProbe();
    try {
      FileInspector look =
          new KernelFileInspector(
              writers,
              mountTypes,
              whole,
              KernelRelease.running().hasFineTimes(),
              System::currentTimeMillis);
      CleanCache clean = new CleanCache(files, look);
      InfectedFiles infected = new InfectedFiles(INFECTED_FILES);
      LiveKernelCache kernelCache = new LiveKernelCache(context, files, writers);
      kernelCache.set(kernelCache.open(config.kernel(), config.entries()));
      SignatureSet signatures =
          new SignatureSet(Clock.systemUTC(), infected::clear, cleanCaches(clean, kernelCache));
      return new VerdictCaches(
          writers, mountTypes, whole, look, files, clean, kernelCache, infected, signatures);
    } catch (ErrnoException e) {
      writers.ifPresent(WriterProbe::close);
      throw e;
    }
  }

  /** Opens the writer probe, or returns nothing without the right or the kernel for it. */
  private static Optional<WriterProbe> openWriterProbe() {
    try {
      return Optional.of(WriterProbe.open());
    } catch (ErrnoException e) {
      if (e.errno() != Errno.EPERM) { // else the engine's own group could not be opened either
        LOG.warn(
            "a file that is opened while it is scanned will be scanned again: {}", e.getMessage());
      }
      return Optional.empty();
    }
  }

  /** In the order in which an open consults them: the kernel last, so that no mark comes back. */
  private static List<LongSupplier> cleanCaches(CleanCache clean, LiveKernelCache kernelCache) {
    return List.of(
        clean::clear,
        () -> {
          kernelCache.clear();
          return 0; // each of its files is in the user-space cache as well
        });
  }

  /** Closes what was opened; a kernel cache whose actor was started has closed at its end. */
  @Override
  public void close() {
    kernelCache.close();
    writers.ifPresent(WriterProbe::close);
  }
}
