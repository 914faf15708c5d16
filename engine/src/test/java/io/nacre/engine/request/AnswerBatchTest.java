package io.nacre.engine.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.Response;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AnswerBatchTest {
  private static final Verdict CLEAN = new Verdict.Clean();
  private static final Verdict INFECTED = new Verdict.Infected("Eicar");
  private static final int FIRST = 1_000_000; // numbers that are not open, and are not closed

  private final AnswerCounts counts = new AnswerCounts();
  private FakeKernel kernel;
  private JobContext context;
  private AnswerBatch batch;

  @BeforeEach
  void open() throws ErrnoException {
    kernel = FakeKernel.open();
    context = kernel.context(counts);
    batch = new AnswerBatch(context);
  }

  @AfterEach
  void close() {
    kernel.close();
  }

  @Test
  void sendsTheResponsesAtOnce() throws ErrnoException {
    PermissionRequest clean = request(FIRST, true);
    batch.complete(clean, CLEAN, 7);
    batch.complete(request(FIRST + 1, true), INFECTED, 7);

    assertThat(kernel.responses()).isEmpty();
    batch.send();
    batch.send();

    assertThat(clean.answer()).isEqualTo(new Answer(Response.ALLOW, CLEAN, 7));
    assertThat(kernel.responses())
        .containsExactly(
            new FakeKernel.SentResponse(FIRST, Response.ALLOW),
            new FakeKernel.SentResponse(FIRST + 1, Response.DENY));
    assertThat(counts.byReason()).containsEntry("clean", 1L).containsEntry("infected", 1L);
  }

  @Test
  void answersNoRequestTwice() throws ErrnoException {
    PermissionRequest request = request(FIRST, true);
    request.answer(CLEAN, 1);

    batch.complete(request, INFECTED, 2);
    batch.send();

    assertThat(kernel.responses()).hasSize(1);
    assertThat(counts.total()).isEqualTo(1);
  }

  @Test
  void sendsNoResponseIfNoProcessWaits() throws ErrnoException {
    batch.complete(request(FIRST, false), CLEAN, 1);
    batch.send();

    assertThat(kernel.responses()).isEmpty();
    assertThat(counts.total()).isEqualTo(1);
  }

  @Test
  void sendsMoreThanFitsIntoOneCall() throws ErrnoException {
    IntStream.range(0, 3_000).forEach(i -> batch.complete(request(FIRST + i, true), CLEAN, 1));
    batch.send();

    assertThat(kernel.responses())
        .extracting(FakeKernel.SentResponse::eventFd)
        .containsExactlyElementsOf(IntStream.range(FIRST, FIRST + 3_000).boxed().toList());
  }

  @Test
  void failsIfTheKernelRefuses() {
    batch.complete(request(FIRST, true), CLEAN, 1);
    kernel.hangUp();

    assertThatThrownBy(() -> batch.send()).isInstanceOf(UnansweredException.class);
  }

  private PermissionRequest request(int eventFd, boolean waiting) {
    return RequestBuilder.of(context, eventFd).waiting(waiting).build();
  }
}
