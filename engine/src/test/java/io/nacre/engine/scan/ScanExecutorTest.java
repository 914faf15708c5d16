package io.nacre.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.RequestBuilder;
import io.nacre.engine.request.Scanned;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.engine.verdict.InfectedFiles;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
  private final SignatureSet signatures = TestExecutor.signatures();
  private final CompletableFuture<Verdict> scan = new CompletableFuture<>();
  private final List<Scanned> left = new ArrayList<>();
  private final ScanExecutor executor =
      TestExecutor.of(job -> scan, left::add, infected, signatures);
  private Path path;
  private EventFile file;
  private FakeKernel kernel;
  private PermissionRequest request;

  @BeforeEach
  void open() throws IOException {
    kernel = FakeKernel.open();
    path = Files.writeString(directory.resolve("f"), "content");
    file = EventFile.open(path);
    request = RequestBuilder.of(kernel.context(new AnswerCounts()), file.fd()).pid(1).build();
  }

  @AfterEach
  void close() {
    if (file.isOpen()) {
      file.close();
    }
    kernel.close();
  }

  @Test
  void cachesAnInfectedFile() throws IOException {
    CompletableFuture<Scanned> scanned = executor.scan(request).toCompletableFuture();

    scan.complete(INFECTED);

    assertThat(scanned.join())
        .returns(request, Scanned::job)
        .returns(INFECTED, Scanned::verdict)
        .returns(true, result -> result.scanTime().isPresent());
    assertThat(cached()).contains("Eicar");
  }

  @Test
  void doesNotCacheAFileThatChangedUnderTheScan() throws IOException {
    var unused = executor.scan(request);

    Files.writeString(path, "other content");
    scan.complete(INFECTED);

    assertThat(cached()).isEmpty();
    assertThat(infected.size()).isZero();
  }

  @Test
  void doesNotCacheAVerdictByOldSignatures() throws IOException {
    var unused = executor.scan(request);

    infected.clear();
    scan.complete(INFECTED);

    assertThat(cached()).isEmpty();
  }

  @Test
  void cachesNothingWhileTheSignaturesAreUncertain() throws IOException {
    signatures.markUncertain(this);
    var uncertain = executor.scan(request);
    scan.complete(INFECTED);
    assertThat(cached()).isEmpty();

    signatures.markCertain(this);
    var trusted = executor.scan(request);

    assertThat(uncertain.toCompletableFuture()).isCompleted();
    assertThat(trusted.toCompletableFuture()).isCompleted();
    assertThat(cached()).contains("Eicar");
  }

  @Test
  void cachesNothingElse() {
    var unused = executor.scan(request);
    scan.complete(new Verdict.Clean());
    assertThat(infected.size()).isZero();

    var unscanned =
        TestExecutor.of(
                other ->
                    CompletableFuture.completedFuture(
                        new Verdict.Unscanned(FallbackReason.CLAMD_DOWN, "refused")),
                left::add,
                infected,
                signatures)
            .scan(request);

    assertThat(unscanned.toCompletableFuture()).isCompleted();
    assertThat(infected.size()).isZero();
  }

  @Test
  void handsOnAJobThatLeavesBeforeItIsClosed() {
    List<Boolean> wasOpen = new ArrayList<>();
    ScanExecutor leaving = TestExecutor.of(job -> scan, result -> wasOpen.add(file.isOpen()));
    request.answer(new Verdict.Clean(), 1);

    leaving.leave(new Scanned(request, new Verdict.Clean()));

    assertThat(wasOpen).containsExactly(true);
    assertThat(file.isOpen()).isFalse();
  }

  private Optional<String> cached() throws IOException {
    return infected.signature(FileVersion.of(new Statx().read(file.fd())));
  }
}
