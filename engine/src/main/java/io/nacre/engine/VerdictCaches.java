package io.nacre.engine;

import io.nacre.engine.config.EngineConfig;
import io.nacre.engine.intake.DescriptorBudget;
import io.nacre.engine.kernelcache.KernelCache;
import io.nacre.engine.verdict.CleanCache;
import io.nacre.engine.verdict.CleanFiles;
import io.nacre.engine.verdict.FileInspector;
import io.nacre.engine.verdict.InfectedFiles;
import io.nacre.engine.verdict.KernelFileInspector;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.engine.verdict.WholeFilesystems;
import io.nacre.engine.watch.Marks;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.WakeUp;
import io.nacre.linux.fanotify.WriterProbe;
import io.nacre.linux.file.MountTypes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What the engine knows of files that were scanned, and what tells it that it knows no more.
 *
 * @param writers tells who can write a file, if we may ask
 * @param mountTypes tells what kind of file system a file is on
 * @param whole the file systems on which every open is seen
 * @param look tells what became of a file
 * @param files the clean files
 * @param clean tells which of them need no scan now
 * @param kernelCache those of them that the kernel does not ask about, if there may be any
 * @param infected the files that are denied without a scan
 * @param signatures what verdicts come from
 */
record VerdictCaches(
    Optional<WriterProbe> writers,
    MountTypes mountTypes,
    WholeFilesystems whole,
    FileInspector look,
    CleanFiles files,
    CleanCache clean,
    Optional<KernelCache> kernelCache,
    InfectedFiles infected,
    SignatureSet signatures) {

  /** Some 200 bytes each. */
  private static final int INFECTED_FILES = 65_536;

  /** Returns empty caches. */
  static VerdictCaches open(
      EngineConfig config,
      Marks marks,
      DescriptorBudget descriptors,
      WakeUp stop,
      LongSupplier nanoClock)
      throws ErrnoException {
    CleanFiles files = new CleanFiles(config.cache().entries());
    MountTypes mountTypes = new MountTypes(files::clear);
    WholeFilesystems whole = new WholeFilesystems(files::clear);
    Optional<WriterProbe> writers = KernelPrerequisites.openWriterProbe();
    FileInspector look =
        new KernelFileInspector(
            writers,
            mountTypes,
            whole,
            KernelPrerequisites.hasFineTimes(),
            System::currentTimeMillis);
    CleanCache clean = new CleanCache(files, look);
    InfectedFiles infected = new InfectedFiles(INFECTED_FILES);
    Optional<KernelCache> kernelCache =
        KernelPrerequisites.openCache(config, marks, files, writers, descriptors, stop, nanoClock);
    SignatureSet signatures =
        new SignatureSet(Clock.systemUTC(), infected::clear, forgetting(clean, kernelCache));
    return new VerdictCaches(
        writers, mountTypes, whole, look, files, clean, kernelCache, infected, signatures);
  }

  /** In the order in which they are asked: the kernel last, so that nothing is told it again. */
  private static List<LongSupplier> forgetting(
      CleanCache clean, Optional<KernelCache> kernelCache) {
    List<LongSupplier> all = new ArrayList<>(List.of(clean::clear));
    kernelCache.ifPresent(
        cache ->
            all.add(
                () -> {
                  cache.forget();
                  return 0; // each was known to the others as well
                }));
    return all;
  }
}
