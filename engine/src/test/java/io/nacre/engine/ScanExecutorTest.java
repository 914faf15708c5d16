package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.NoCache;
import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.scan.Scanned;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.engine.verdict.InfectedFiles;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanExecutorTest {
  private static final Verdict INFECTED = new Verdict.Infected("Eicar");

  @TempDir Path directory;

  private final InfectedFiles infected = new InfectedFiles(8);
  private final SignatureSet signatures = new SignatureSet(Clock.systemUTC(), () -> 0, List.of());
  private final CompletableFuture<Verdict> scan = new CompletableFuture<>();
  private final ScanExecutor scanner =
      new ScanExecutor(request -> scan, infected, NoCache.create(), signatures, Optional.empty());
  private Path path;
  private EventFile file;
  private FakeKernel kernel;
  private PermissionRequest request;

  @BeforeEach
  void open() throws IOException {
    kernel = FakeKernel.open();
    path = Files.writeString(directory.resolve("f"), "content");
    file = EventFile.open(path);
    request =
        new PermissionRequest(
            kernel.context(FallbackPolicy.ALLOW_ALL, new AnswerCounts()),
            file.fd(),
            1,
            true,
            0,
            1_000);
  }

  @AfterEach
  void close() {
    file.close();
    kernel.close();
  }

  @Test
  void remembersAnInfectedFile() throws IOException {
    CompletableFuture<Scanned> scanned = scanner.apply(request).toCompletableFuture();

    scan.complete(INFECTED);

    assertThat(scanned.join()).isEqualTo(new Scanned(request, INFECTED));
    assertThat(known()).contains("Eicar");
  }

  @Test
  void doesNotRememberAFileThatChangedUnderTheScan() throws IOException {
    var unused = scanner.apply(request);

    Files.writeString(path, "other content");
    scan.complete(INFECTED);

    assertThat(known()).isEmpty();
    assertThat(infected.size()).isZero();
  }

  @Test
  void doesNotRememberWhatWasFoundByOldSignatures() throws IOException {
    var unused = scanner.apply(request);

    infected.clear();
    scan.complete(INFECTED);

    assertThat(known()).isEmpty();
  }

  @Test
  void remembersNothingWhileTheSignaturesAreInDoubt() throws IOException {
    signatures.markUncertain(this);
    var uncertain = scanner.apply(request);
    scan.complete(INFECTED);
    assertThat(known()).isEmpty();

    signatures.markCertain(this);
    var trusted = scanner.apply(request);

    assertThat(uncertain.toCompletableFuture()).isCompleted();
    assertThat(trusted.toCompletableFuture()).isCompleted();
    assertThat(known()).contains("Eicar");
  }

  @Test
  void remembersNothingElse() {
    var unused = scanner.apply(request);
    scan.complete(new Verdict.Clean());
    assertThat(infected.size()).isZero();

    var unscanned =
        new ScanExecutor(
                other ->
                    CompletableFuture.completedFuture(
                        new Verdict.Unscanned(FallbackReason.CLAMD_DOWN, "refused")),
                infected,
                NoCache.create(),
                signatures,
                Optional.empty())
            .apply(request);

    assertThat(unscanned.toCompletableFuture()).isCompleted();
    assertThat(infected.size()).isZero();
  }

  private Optional<String> known() throws IOException {
    return infected.signature(FileVersion.of(new Statx().read(file.fd())));
  }
}
