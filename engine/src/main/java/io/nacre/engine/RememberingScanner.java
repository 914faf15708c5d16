package io.nacre.engine;

import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.scan.Scanned;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.engine.verdict.InfectedFiles;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.file.Statx;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Has files scanned, and remembers each version of a file that was infected: one that was the same
 * before and after its scan.
 */
final class RememberingScanner implements Function<PermissionRequest, CompletionStage<Scanned>> {
  private final Function<PermissionRequest, CompletionStage<Verdict>> scanner;
  private final InfectedFiles infected;
  private final ThreadLocal<Statx> statx = ThreadLocal.withInitial(Statx::new);

  RememberingScanner(
      Function<PermissionRequest, CompletionStage<Verdict>> scanner, InfectedFiles infected) {
    this.scanner = scanner;
    this.infected = infected;
  }

  /** Returns what completes, on the thread that learnt the verdict, when the answer is given. */
  @Override
  public CompletionStage<Scanned> apply(PermissionRequest request) {
    int generation = infected.generation();
    Optional<FileVersion> before =
        request.facts().map(FileFacts::version).or(() -> version(request));
    return scanner
        .apply(request)
        .thenApply(
            verdict -> {
              if (verdict instanceof Verdict.Infected found) {
                before
                    .filter(version -> version(request).equals(before))
                    .ifPresent(version -> infected.add(version, found.signature(), generation));
              }
              return new Scanned(request, verdict);
            });
  }

  private Optional<FileVersion> version(PermissionRequest request) {
    try {
      return Optional.of(FileVersion.of(statx.get().read(request.file())));
    } catch (ErrnoException e) {
      return Optional.empty();
    }
  }
}
