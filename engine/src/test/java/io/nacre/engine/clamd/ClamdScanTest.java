package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.config.ClamdAddress;
import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.RequestBuilder;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClamdScanTest {
  private static final Verdict CLEAN = new Verdict.Clean();
  private static final Verdict INFECTED = new Verdict.Infected("Eicar");

  @TempDir Path directory;

  private final AnswerCounts counts = new AnswerCounts();
  private final ClamdEndpoint endpoint = TestedPool.endpoint(new ClamdAddress.Unix("/nowhere"), 4);
  private final ClamdEndpoint other = TestedPool.endpoint(new ClamdAddress.Unix("/other"), 4);
  private FakeKernel kernel;
  private EventFile file;

  @BeforeEach
  void open() throws IOException {
    kernel = FakeKernel.open();
    file = EventFile.open(Files.writeString(directory.resolve("f"), "content"));
  }

  @AfterEach
  void close() {
    file.close();
    kernel.close();
  }

  @Test
  void isOverByTheFirstVerdictAlone() {
    PermissionRequest request = request();
    ClamdScan scan = new ClamdScan(request, System::nanoTime);

    scan.complete(CLEAN);
    scan.complete(INFECTED);

    assertThat(scan.isCompleted()).isTrue();
    assertThat(scan.completion().toCompletableFuture()).isCompletedWithValue(CLEAN);
    assertThat(request.answer().because()).isEqualTo(CLEAN);
  }

  @Test
  void answersBeforeItSaysThatItIsOver() {
    PermissionRequest request = request();
    ClamdScan scan = new ClamdScan(request, System::nanoTime);
    AtomicBoolean answered = new AtomicBoolean();
    scan.completion().thenAccept(verdict -> answered.set(request.isCompleted()));

    scan.complete(INFECTED);

    assertThat(answered).isTrue();
  }

  @Test
  void isNotCompletedWhileAThreadUsesTheDescriptor() {
    PermissionRequest request = request();
    ClamdScan scan = new ClamdScan(request, System::nanoTime);
    Optional<Integer> first = scan.borrow();
    Optional<Integer> second = scan.borrow();

    scan.complete(CLEAN);

    assertThat(first).contains(file.fd());
    assertThat(second).contains(file.fd());
    assertThat(request.isCompleted()).isTrue();
    assertThat(scan.isCompleted()).isTrue();
    assertThat(scan.borrow()).isEmpty();
    scan.giveBack();
    assertThat(scan.completion().toCompletableFuture()).isNotDone();
    scan.giveBack();
    assertThat(scan.completion().toCompletableFuture()).isCompletedWithValue(CLEAN);
  }

  @Test
  void isNotOverWhenTheDescriptorIsBackWithoutAVerdict() {
    ClamdScan scan = new ClamdScan(request(), System::nanoTime);

    scan.borrow();
    scan.giveBack();

    assertThat(scan.isCompleted()).isFalse();
    assertThat(scan.completion().toCompletableFuture()).isNotDone();
    assertThat(scan.borrow()).contains(file.fd());
  }

  @Test
  void wantsASessionForItselfOnceOneBroke() {
    ClamdScan scan = new ClamdScan(request(), System::nanoTime);
    assertThat(scan.needsOwnSession()).isFalse();

    assertThat(scan.addFailure(endpoint)).isEqualTo(1);
    assertThat(scan.addFailure(endpoint)).isEqualTo(2);

    assertThat(scan.needsOwnSession()).isTrue();
    assertThat(scan.hasFailedAt(endpoint)).isTrue();
    assertThat(scan.hasFailedAt(other)).isFalse();
  }

  @Test
  void wantsASessionForItselfOnceItWasDisturbedTwice() {
    ClamdScan scan = new ClamdScan(request(), System::nanoTime);

    scan.addInterruption();
    assertThat(scan.needsOwnSession()).isFalse();
    scan.addInterruption();

    assertThat(scan.needsOwnSession()).isTrue();
    assertThat(scan.hasFailedAt(endpoint)).isFalse();
  }

  @Test
  void isCompletedOnceAndLastWithConcurrentThreads() throws Exception {
    for (int round = 0; round < 500; round++) {
      PermissionRequest request = request();
      ClamdScan scan = new ClamdScan(request, System::nanoTime);
      AtomicInteger borrowed = new AtomicInteger();
      AtomicInteger overs = new AtomicInteger();
      List<String> wrong = new ArrayList<>();
      scan.completion()
          .thenAccept(
              verdict -> {
                overs.incrementAndGet();
                if (borrowed.get() != 0) {
                  wrong.add("a thread still had the descriptor");
                }
                if (!request.isCompleted() || !request.answer().because().equals(verdict)) {
                  wrong.add("it was not answered by its verdict");
                }
              });
      CyclicBarrier start = new CyclicBarrier(6);
      List<CompletableFuture<Void>> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        threads.add(together(start, () -> borrowAndGiveBack(scan, borrowed)));
      }
      threads.add(together(start, () -> scan.complete(CLEAN)));
      threads.add(
          together(
              start,
              () -> scan.complete(new Verdict.Unscanned(FallbackReason.CLAMD_ERROR, "late"))));
      threads.forEach(CompletableFuture::join);

      assertThat(wrong).isEmpty();
      assertThat(overs).hasValue(1);
    }
  }

  private static void borrowAndGiveBack(ClamdScan scan, AtomicInteger borrowed) {
    for (int i = 0; i < 20; i++) {
      if (scan.borrow().isPresent()) {
        borrowed.incrementAndGet();
        borrowed.decrementAndGet();
        scan.giveBack();
      }
    }
  }

  private static CompletableFuture<Void> together(CyclicBarrier start, Runnable work) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                start.await();
                work.run();
                done.complete(null);
              } catch (InterruptedException | BrokenBarrierException | RuntimeException e) {
                done.completeExceptionally(new CompletionException(e));
              }
            })
        .start();
    return done;
  }

  private PermissionRequest request() {
    return RequestBuilder.of(kernel.context(counts), file.fd()).waiting(false).build();
  }
}
