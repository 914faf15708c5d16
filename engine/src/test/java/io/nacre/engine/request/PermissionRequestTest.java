package io.nacre.engine.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.request.FakeKernel.Told;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PermissionRequestTest {
  private static final FallbackPolicy DENY_ALL =
      new FallbackPolicy(Response.DENY, Response.DENY, Response.DENY, Response.DENY);
  private static final Verdict CLEAN = new Verdict.Clean();
  private static final Verdict INFECTED = new Verdict.Infected("Eicar");
  private static final long READ_AT = 1_000;
  private static final long DEADLINE_AT = 6_000;

  @TempDir Path directory;

  private final AnswerCounts counts = new AnswerCounts();
  private FakeKernel kernel;
  private EventFile file;

  @BeforeEach
  void open() throws IOException {
    kernel = FakeKernel.open();
    file = EventFile.open(Files.writeString(directory.resolve("f"), "content"));
  }

  @AfterEach
  void close() {
    kernel.close();
  }

  @Test
  void allowsACleanFile() throws IOException {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);

    boolean first = request.answer(CLEAN, READ_AT + 700);

    assertThat(first).isTrue();
    assertThat(kernel.heard()).containsExactly(new Told(file.fd(), Response.ALLOW));
    assertThat(request.answered()).contains(new Answer(Response.ALLOW, CLEAN, 700));
    assertThat(counts.byReason()).containsEntry("clean", 1L);
    assertThat(counts.denied()).isZero();
  }

  @Test
  void deniesAnInfectedFile() throws IOException {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);

    request.answer(INFECTED, READ_AT);

    assertThat(kernel.heard()).containsExactly(new Told(file.fd(), Response.DENY));
    assertThat(request.answered()).contains(new Answer(Response.DENY, INFECTED, 0));
    assertThat(counts.byReason()).containsEntry("infected", 1L);
    assertThat(counts.denied()).isEqualTo(1);
  }

  @Test
  void looksUpWhoOpensAnInfectedFile() {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);

    request.answer(INFECTED, READ_AT);

    assertThat(request.opener().pid()).isEqualTo(ProcFs.self());
    assertThat(request.opener().uid()).hasValue(ProcFs.effectiveUserOfSelf());
    assertThat(request.opener().program()).hasValueSatisfying(p -> assertThat(p).endsWith("java"));
  }

  @Test
  void looksNobodyUpForACleanFile() {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);

    request.answer(CLEAN, READ_AT);

    assertThat(request.opener())
        .isEqualTo(new ProcessInfo(ProcFs.self(), OptionalInt.empty(), Optional.empty()));
  }

  @Test
  void looksUpTheOpenerAlsoForAVerdictThatComesLate() {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);
    request.answer(FallbackReason.DEADLINE, DEADLINE_AT);

    boolean first = request.answer(INFECTED, DEADLINE_AT + 1);

    assertThat(first).isFalse();
    assertThat(request.opener().program()).isPresent();
  }

  @ParameterizedTest
  @EnumSource
  void answersByThePolicyForWantOfAVerdict(FallbackReason reason) throws IOException {
    PermissionRequest request = request(DENY_ALL, true);

    request.answer(reason, READ_AT);

    Response expected = DENY_ALL.responseTo(reason);
    assertThat(kernel.heard()).containsExactly(new Told(file.fd(), expected));
    assertThat(counts.count(reason)).isEqualTo(1);
    assertThat(counts.denied()).isEqualTo(expected == Response.DENY ? 1 : 0);
  }

  @Test
  void answersOnce() throws IOException {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);
    request.answer(FallbackReason.DEADLINE, DEADLINE_AT);

    boolean second = request.answer(CLEAN, DEADLINE_AT + 1);
    boolean third = request.answer(FallbackReason.STOPPING, DEADLINE_AT + 2);

    assertThat(second).isFalse();
    assertThat(third).isFalse();
    assertThat(kernel.heard()).hasSize(1);
    assertThat(counts.total()).isEqualTo(1);
    assertThat(request.answered().orElseThrow().because())
        .isEqualTo(new Verdict.Unscanned(FallbackReason.DEADLINE, ""));
  }

  @Test
  void answersOnceEvenFromManyThreads() throws Exception {
    int threads = 8;
    int rounds = 100;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      for (int round = 0; round < rounds; round++) {
        PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Boolean>> answers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
          Verdict verdict = i % 2 == 0 ? CLEAN : INFECTED;
          answers.add(
              pool.submit(
                  () -> {
                    start.await();
                    return request.answer(verdict, READ_AT);
                  }));
        }
        start.countDown();

        int first = 0;
        for (Future<Boolean> answer : answers) {
          first += answer.get() ? 1 : 0;
        }

        assertThat(first).isEqualTo(1);
        assertThat(kernel.heard())
            .containsExactly(new Told(file.fd(), request.answered().orElseThrow().response()));
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(counts.total()).isEqualTo(rounds);
  }

  @Test
  void isNotClosedBeforeItIsAnswered() {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);

    assertThatThrownBy(request::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("pid " + ProcFs.self());
    assertThat(file.isOpen()).isTrue();
  }

  @Test
  void keepsTheDescriptorOpenUntilItIsClosed() {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);

    request.answer(CLEAN, READ_AT);
    boolean openAfterTheAnswer = file.isOpen();
    request.close();
    request.close();

    assertThat(request.file()).isEqualTo(file.fd());
    assertThat(openAfterTheAnswer).isTrue();
    assertThat(file.isOpen()).isFalse();
  }

  @Test
  void tellsTheKernelNothingIfNobodyWaits() throws IOException {
    PermissionRequest request = request(DENY_ALL, false);

    boolean first = request.answer(INFECTED, READ_AT + 5);

    assertThat(first).isTrue();
    assertThat(kernel.heard()).isEmpty();
    assertThat(request.answered()).contains(new Answer(Response.ALLOW, INFECTED, 5));
    assertThat(counts.byReason()).containsEntry("infected", 1L);
    assertThat(counts.denied()).isZero();
  }

  @Test
  void deniesNothingForWantOfAVerdictIfNobodyWaits() throws IOException {
    PermissionRequest request = request(DENY_ALL, false);

    request.answer(FallbackReason.OVERLOAD, READ_AT);

    assertThat(kernel.heard()).isEmpty();
    assertThat(request.answered().orElseThrow().response()).isEqualTo(Response.ALLOW);
    assertThat(counts.denied()).isZero();
  }

  @Test
  void deniesAFileThatIsKnownToBeInfected() throws IOException {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);

    boolean first = request.denyAsKnown(new Verdict.Infected("Eicar"), READ_AT + 3);

    assertThat(first).isTrue();
    assertThat(kernel.heard()).containsExactly(new Told(file.fd(), Response.DENY));
    assertThat(request.answered()).contains(new Answer(Response.DENY, INFECTED, 3));
    assertThat(request.opener().program()).isPresent();
    assertThat(counts.byReason()).containsEntry("infected-known", 1L).containsEntry("infected", 0L);
  }

  @Test
  void countsAFileThatWasWrittenAsNoAnswer() throws IOException {
    PermissionRequest request =
        PermissionRequest.written(
            kernel.context(DENY_ALL, counts), file.fd(), ProcFs.self(), Optional.empty(), READ_AT);

    request.answer(INFECTED, READ_AT + 9);
    request.close();

    assertThat(request.occasion()).isEqualTo(ScanTrigger.WRITTEN);
    assertThat(request.answered()).contains(new Answer(Response.ALLOW, INFECTED, 9));
    assertThat(kernel.heard()).isEmpty();
    assertThat(counts.total()).isZero();
    assertThat(counts.background().byName()).containsEntry("infected", 1L);
    assertThat(file.isOpen()).isFalse();
  }

  @Test
  void knowsWhoWroteTheFileBeforeItIsScanned() {
    PermissionRequest request =
        PermissionRequest.written(
            kernel.context(DENY_ALL, counts), file.fd(), ProcFs.self(), Optional.empty(), READ_AT);

    assertThat(request.opener().program()).isPresent();
    assertThat(request.nanosLeft(READ_AT)).isGreaterThan(Long.MAX_VALUE / 4);
  }

  @Test
  void knowsNobodyWhoMovedAFileIn() {
    PermissionRequest request =
        PermissionRequest.movedIn(
            kernel.context(DENY_ALL, counts), file.fd(), Optional.empty(), READ_AT);

    assertThat(request.occasion()).isEqualTo(ScanTrigger.MOVED_IN);
    assertThat(request.opener().program()).isEmpty();
  }

  @Test
  void knowsAVerdictThatComesAfterTheAnswer() {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);
    request.answer(FallbackReason.DEADLINE, READ_AT);
    request.answer(FallbackReason.CLAMD_ERROR, READ_AT);
    assertThat(request.verdict()).isEqualTo(new Verdict.Unscanned(FallbackReason.DEADLINE, ""));

    request.answer(INFECTED, READ_AT);

    assertThat(request.verdict()).isEqualTo(INFECTED);
  }

  @Test
  void looksWhoTheOpenerIsOnlyWhereNobodyElseWaitsForThat() {
    PermissionRequest late = request(FallbackPolicy.ALLOW_ALL, true);
    late.learnProgram(Optional.of("/usr/bin/cat"));
    late.answer(FallbackReason.DEADLINE, READ_AT);
    PermissionRequest failed = request(FallbackPolicy.ALLOW_ALL, false);
    failed.answer(FallbackReason.CLAMD_DOWN, READ_AT);

    assertThat(late.opener())
        .isEqualTo(
            new ProcessInfo(ProcFs.self(), OptionalInt.empty(), Optional.of("/usr/bin/cat")));
    assertThat(failed.opener().uid()).isPresent();
  }

  @Test
  void takesNobodyForTheOpenerWhoRunsAnotherProgram() {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);
    request.learnProgram(Optional.of("/usr/bin/cat"));
    request.answer(FallbackReason.DEADLINE, READ_AT);

    request.answer(INFECTED, READ_AT); // by now the number is another process's: ours

    assertThat(request.opener())
        .isEqualTo(
            new ProcessInfo(ProcFs.self(), OptionalInt.empty(), Optional.of("/usr/bin/cat")));
  }

  @Test
  void isToldOfBeforeItsDescriptorIsClosed() {
    List<Boolean> open = new ArrayList<>();
    PermissionRequest request =
        new PermissionRequest(
            new PermissionRequest.Context(
                kernel.group(),
                DENY_ALL,
                counts,
                closing -> open.add(file.isOpen()),
                DescriptorCloser.AT_ONCE),
            file.fd(),
            ProcFs.self(),
            true,
            READ_AT,
            DEADLINE_AT);
    request.answer(CLEAN, READ_AT);

    request.close();

    assertThat(open).containsExactly(true);
    assertThat(file.isOpen()).isFalse();
  }

  @Test
  void complainsIfTheKernelDoesNotListen() {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);
    kernel.hangUp();

    assertThatThrownBy(() -> request.answer(CLEAN, READ_AT))
        .isInstanceOf(UnansweredException.class)
        .hasCauseInstanceOf(ErrnoException.class);
    assertThat(request.answered()).isPresent();
  }

  @Test
  void knowsHowMuchTimeIsLeft() {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);

    assertThat(request.nanosLeft(READ_AT)).isEqualTo(5_000);
    assertThat(request.nanosLeft(DEADLINE_AT)).isZero();
    assertThat(request.nanosLeft(DEADLINE_AT + 1)).isEqualTo(-1);
  }

  @Test
  void knowsHowMuchTimeIsLeftWhenTheClockWrapsAround() {
    long readAt = Long.MAX_VALUE - 10;
    PermissionRequest request =
        new PermissionRequest(
            kernel.context(FallbackPolicy.ALLOW_ALL, counts),
            file.fd(),
            1,
            true,
            readAt,
            readAt + 100);

    request.answer(CLEAN, readAt + 50);

    assertThat(request.nanosLeft(readAt + 50)).isEqualTo(50);
    assertThat(request.answered().orElseThrow().tookNanos()).isEqualTo(50);
  }

  private PermissionRequest request(FallbackPolicy fallback, boolean waiting) {
    return new PermissionRequest(
        kernel.context(fallback, counts), file.fd(), ProcFs.self(), waiting, READ_AT, DEADLINE_AT);
  }
}
