package io.nacre.engine;

import io.nacre.engine.kernelcache.KernelCache;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.scan.Scanned;
import io.nacre.engine.verdict.CleanCache;
import io.nacre.engine.verdict.CleanFiles;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.engine.verdict.InfectedFiles;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Statx;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Has files scanned, and remembers what clamd found in each version of a file: one that was the
 * same before and after its scan. While it is in doubt which signatures clamd uses, nothing is
 * kept.
 */
final class ScanExecutor implements Function<PermissionRequest, CompletionStage<Scanned>> {
  private final Function<PermissionRequest, CompletionStage<Verdict>> scanner;
  private final InfectedFiles infected;
  private final CleanCache clean;
  private final SignatureSet signatures;
  private final Optional<KernelCache> kernel;
  private final ThreadLocal<Statx> statx = ThreadLocal.withInitial(Statx::new);

  ScanExecutor(
      Function<PermissionRequest, CompletionStage<Verdict>> scanner,
      InfectedFiles infected,
      CleanCache clean,
      SignatureSet signatures,
      Optional<KernelCache> kernel) {
    this.scanner = scanner;
    this.infected = infected;
    this.clean = clean;
    this.signatures = signatures;
    this.kernel = kernel;
  }

  /** Returns what completes, on the thread that learnt the verdict, when the answer is given. */
  @Override
  public CompletionStage<Scanned> apply(PermissionRequest request) {
    int generation = infected.generation();
    Optional<FileFacts> facts = request.facts().or(() -> facts(request));
    Optional<CleanFiles.Scan> scan =
        facts.flatMap(before -> clean.begin(request.file(), before.version(), before.mountId()));
    Optional<FileVersion> before = facts.map(FileFacts::version);
    // Behind the generations: what is doubted later is also forgotten later, and this with it.
    boolean isKept = !signatures.isUncertain();
    return scanner
        .apply(request)
        .thenApply(
            verdict -> {
              boolean isClean = isKept && verdict instanceof Verdict.Clean;
              scan.ifPresent(begun -> clean.end(begun, request.file(), isClean));
              if (isClean && request.occasion().isWanted()) { // else its first open tells of it
                kernel.ifPresent(cache -> facts.ifPresent(of -> cache.scanned(request.file(), of)));
              }
              if (verdict instanceof Verdict.Infected found) {
                before.ifPresent(clean::invalidate);
                before
                    .filter(
                        version -> isKept && facts(request).map(FileFacts::version).equals(before))
                    .ifPresent(version -> infected.add(version, found.signature(), generation));
              }
              return new Scanned(request, verdict);
            });
  }

  private Optional<FileFacts> facts(PermissionRequest request) {
    try {
      return Optional.of(FileFacts.of(statx.get().read(request.file())));
    } catch (ErrnoException e) {
      return Optional.empty();
    }
  }
}
