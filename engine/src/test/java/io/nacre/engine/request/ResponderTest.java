package io.nacre.engine.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.request.FakeKernel.SentResponse;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResponderTest {
  private static final int MANY = 300;

  @TempDir Path directory;

  private final AnswerCounts counts = new AnswerCounts();
  private final List<EventFile> files = new ArrayList<>();
  private FakeKernel kernel;
  private JobContext context;

  @BeforeEach
  void open() throws IOException {
    kernel = FakeKernel.open();
    context = kernel.context(counts);
  }

  @AfterEach
  void close() {
    kernel.close();
    files.stream().filter(EventFile::isOpen).forEach(EventFile::close);
  }

  @Test
  void sendsAtOnceWhileFewAreBlocked() throws IOException {
    PermissionRequest request = request();

    request.answer(new Verdict.Clean(), 1);

    assertThat(kernel.responses())
        .containsExactly(new SentResponse(request.file(), Response.ALLOW));
    request.close();
    assertThat(files.get(0).isOpen()).isFalse();
  }

  @Test
  void keepsADescriptorUntilItsResponseIsSent() throws IOException {
    List<PermissionRequest> requests = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      requests.add(request());
    }
    List<SentResponse> received = new ArrayList<>();

    for (PermissionRequest request : requests) {
      request.answer(new Verdict.Clean(), 1);
      request.close();
    }

    await()
        .untilAsserted(
            () -> {
              received.addAll(kernel.responses());
              assertThat(received).hasSize(MANY).doesNotHaveDuplicates();
            });
    await().until(() -> files.stream().noneMatch(EventFile::isOpen));
    assertThat(counts.scanned()).isEqualTo(MANY);
  }

  private PermissionRequest request() throws IOException {
    EventFile file = EventFile.open(Files.writeString(directory.resolve("f"), "content"));
    files.add(file);
    return RequestBuilder.of(context, file.fd()).build();
  }
}
