package io.nacre.engine.request;

import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.fanotify.Response;
import java.util.List;
import java.util.Optional;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * A connection, the scheduler and a reader that answer one {@link PermissionRequest} at once: the
 * first one answers, and the kernel gets that and nothing else.
 */
public class PermissionRequestLincheck {
  /** Never opened or closed here; a name for the request. */
  private static final int EVENT_FD = 1 << 20;

  private static final FakeKernel KERNEL = kernel();

  private final AnswerCounts counts = new AnswerCounts();
  private final PermissionRequest request =
      RequestBuilder.of(KERNEL.context(counts), EVENT_FD).build();

  @Operation
  public boolean clean() {
    return request.answer(new Verdict.Clean(), 1);
  }

  @Operation
  public boolean infected() {
    return request.answer(new Verdict.Infected("Eicar"), 1);
  }

  @Operation
  public boolean cachedAsInfected() {
    return request.denyByCache(new Verdict.Infected("Eicar"), 1);
  }

  @Operation
  public boolean deadline() {
    return request.answer(FallbackReason.DEADLINE, 1);
  }

  @Operation
  public Optional<Response> answered() {
    return request.isCompleted() ? Optional.of(request.answer().response()) : Optional.empty();
  }

  /** Once all is over. */
  @Validate
  public void theKernelReceivedTheOneAnswer() throws ErrnoException {
    List<FakeKernel.SentResponse> received = KERNEL.responses();
    List<FakeKernel.SentResponse> due =
        answered().map(response -> new FakeKernel.SentResponse(EVENT_FD, response)).stream()
            .toList();
    if (!received.equals(due) || counts.total() != due.size()) {
      throw new AssertionError(received + " instead of " + due + ", counted " + counts.total());
    }
  }

  /** The same, one after the other. */
  public static class OneByOne {
    private Optional<Response> answer = Optional.empty();

    public boolean clean() {
      return answer(Response.ALLOW);
    }

    public boolean infected() {
      return answer(Response.DENY);
    }

    public boolean cachedAsInfected() {
      return answer(Response.DENY);
    }

    public boolean deadline() {
      return answer(Response.ALLOW);
    }

    public Optional<Response> answered() {
      return answer;
    }

    private boolean answer(Response response) {
      if (answer.isPresent()) {
        return false;
      }
      answer = Optional.of(response);
      return true;
    }
  }

  @Test
  void isAnsweredOnce() {
    new ModelCheckingOptions()
        .iterations(4)
        .invocationsPerIteration(60)
        .actorsBefore(0)
        .threads(3)
        .actorsPerThread(1)
        .actorsAfter(1)
        .sequentialSpecification(OneByOne.class)
        .check(PermissionRequestLincheck.class);
  }

  private static FakeKernel kernel() {
    try {
      return FakeKernel.open();
    } catch (ErrnoException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
