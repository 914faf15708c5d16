package io.nacre.engine.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nacre.engine.policy.FallbackPolicy;
import io.nacre.engine.policy.TestPolicy;
import io.nacre.engine.request.FakeKernel.SentResponse;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
    assertThat(kernel.responses()).containsExactly(new SentResponse(file.fd(), Response.ALLOW));
    assertThat(request.answer()).isEqualTo(new Answer(Response.ALLOW, CLEAN, 700));
    assertThat(counts.byReason()).containsEntry("clean", 1L);
    assertThat(counts.denied()).isZero();
  }

  @Test
  void deniesAnInfectedFile() throws IOException {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);

    request.answer(INFECTED, READ_AT);

    assertThat(kernel.responses()).containsExactly(new SentResponse(file.fd(), Response.DENY));
    assertThat(request.answer()).isEqualTo(new Answer(Response.DENY, INFECTED, 0));
    assertThat(counts.byReason()).containsEntry("infected", 1L);
    assertThat(counts.denied()).isEqualTo(1);
  }

  @Test
  void looksUpTheOpenerOfAnInfectedFile() {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);

    request.answer(INFECTED, READ_AT);

    assertThat(request.process().pid()).isEqualTo(ProcFs.self());
    assertThat(request.process().uid()).hasValue(ProcFs.effectiveUserOfSelf());
    assertThat(request.process().program()).hasValueSatisfying(p -> assertThat(p).endsWith("java"));
  }

  @Test
  void looksUpNoOpenerForACleanFile() {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);

    request.answer(CLEAN, READ_AT);

    assertThat(request.process())
        .isEqualTo(new ProcessInfo(ProcFs.self(), OptionalInt.empty(), Optional.empty()));
  }

  @Test
  void looksUpTheOpenerAlsoForAVerdictAfterTheAnswer() {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);
    request.answer(FallbackReason.DEADLINE, DEADLINE_AT);

    boolean first = request.answer(INFECTED, DEADLINE_AT + 1);

    assertThat(first).isFalse();
    assertThat(request.process().program()).isPresent();
  }

  @ParameterizedTest
  @EnumSource
  void answersByThePolicyWithoutAVerdict(FallbackReason reason) throws IOException {
    PermissionRequest request = request(TestPolicy.DENY_ALL, true);

    request.answer(reason, READ_AT);

    Response expected = TestPolicy.DENY_ALL.responseTo(reason);
    assertThat(kernel.responses()).containsExactly(new SentResponse(file.fd(), expected));
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
    assertThat(kernel.responses()).hasSize(1);
    assertThat(counts.total()).isEqualTo(1);
    assertThat(request.answer().because())
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
        assertThat(kernel.responses())
            .containsExactly(new SentResponse(file.fd(), request.answer().response()));
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
  void sendsNoResponseIfNoProcessWaits() throws IOException {
    PermissionRequest request = request(TestPolicy.DENY_ALL, false);

    boolean first = request.answer(INFECTED, READ_AT + 5);

    assertThat(first).isTrue();
    assertThat(kernel.responses()).isEmpty();
    assertThat(request.answer()).isEqualTo(new Answer(Response.ALLOW, INFECTED, 5));
    assertThat(counts.byReason()).containsEntry("infected", 1L);
    assertThat(counts.denied()).isZero();
  }

  @Test
  void deniesNothingWithoutAVerdictIfNoProcessWaits() throws IOException {
    PermissionRequest request = request(TestPolicy.DENY_ALL, false);

    request.answer(FallbackReason.OVERLOAD, READ_AT);

    assertThat(kernel.responses()).isEmpty();
    assertThat(request.answer().response()).isEqualTo(Response.ALLOW);
    assertThat(counts.denied()).isZero();
  }

  @Test
  void deniesAFileThatIsCachedAsInfected() throws IOException {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);

    boolean first = request.denyByCache(new Verdict.Infected("Eicar"), READ_AT + 3);

    assertThat(first).isTrue();
    assertThat(kernel.responses()).containsExactly(new SentResponse(file.fd(), Response.DENY));
    assertThat(request.answer()).isEqualTo(new Answer(Response.DENY, INFECTED, 3));
    assertThat(request.process().program()).isPresent();
    assertThat(counts.byReason())
        .containsEntry("infected-cached", 1L)
        .containsEntry("infected", 0L);
  }

  @Test
  void keepsAVerdictThatComesAfterTheAnswer() {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);
    request.answer(FallbackReason.DEADLINE, READ_AT);
    request.answer(FallbackReason.CLAMD_ERROR, READ_AT);
    assertThat(request.verdict()).isEqualTo(new Verdict.Unscanned(FallbackReason.DEADLINE, ""));

    request.answer(INFECTED, READ_AT);

    assertThat(request.verdict()).isEqualTo(INFECTED);
  }

  @Test
  void looksUpTheOpenerOnlyWhereThatDelaysNoOtherRequest() {
    PermissionRequest deferred = builder().program("/usr/bin/cat").build();
    deferred.answer(FallbackReason.DEADLINE, READ_AT);
    PermissionRequest failed = request(FallbackPolicy.ALLOW_ALL, false);
    failed.answer(FallbackReason.CLAMD_DOWN, READ_AT);

    assertThat(deferred.process())
        .isEqualTo(
            new ProcessInfo(ProcFs.self(), OptionalInt.empty(), Optional.of("/usr/bin/cat")));
    assertThat(failed.process().uid()).isPresent();
  }

  @Test
  void takesNoProcessWithAnotherProgramForTheOpener() {
    PermissionRequest request = builder().program("/usr/bin/cat").build();
    request.answer(FallbackReason.DEADLINE, READ_AT);

    request.answer(INFECTED, READ_AT); // by now the number is another process's: ours

    assertThat(request.process())
        .isEqualTo(
            new ProcessInfo(ProcFs.self(), OptionalInt.empty(), Optional.of("/usr/bin/cat")));
  }

  @Test
  void isObservedBeforeItsDescriptorIsClosed() {
    List<Boolean> open = new ArrayList<>();
    PermissionRequest request =
        RequestBuilder.of(
                new JobContext(
                    kernel.group(),
                    counts,
                    closing -> open.add(file.isOpen()),
                    DescriptorCloser.AT_ONCE),
                file.fd())
            .build();
    request.answer(CLEAN, READ_AT);

    request.close();

    assertThat(open).containsExactly(true);
    assertThat(file.isOpen()).isFalse();
  }

  @Test
  void failsIfTheKernelDoesNotListen() {
    PermissionRequest request = request(FallbackPolicy.ALLOW_ALL, true);
    kernel.hangUp();

    assertThatThrownBy(() -> request.answer(CLEAN, READ_AT))
        .isInstanceOf(UnansweredException.class)
        .hasCauseInstanceOf(ErrnoException.class);
    assertThat(request.isCompleted()).isTrue();
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
    PermissionRequest request = builder().readAt(readAt).deadline(Duration.ofNanos(100)).build();

    request.answer(CLEAN, readAt + 50);

    assertThat(request.nanosLeft(readAt + 50)).isEqualTo(50);
    assertThat(request.answer().tookNanos()).isEqualTo(50);
  }

  @Test
  void answersByThePolicyThatItWasReadUnder() {
    PermissionRequest request = request(TestPolicy.DENY_ALL, true);

    request.answer(FallbackReason.DEADLINE, DEADLINE_AT);

    assertThat(request.policy().fallback()).isEqualTo(TestPolicy.DENY_ALL);
    assertThat(request.answer().response()).isEqualTo(Response.DENY);
  }

  private PermissionRequest request(FallbackPolicy fallback, boolean waiting) {
    return builder().fallback(fallback).waiting(waiting).build();
  }

  private RequestBuilder builder() {
    return RequestBuilder.of(kernel.context(counts), file.fd())
        .pid(ProcFs.self())
        .readAt(READ_AT)
        .deadline(Duration.ofNanos(DEADLINE_AT - READ_AT));
  }
}
