package io.nacre.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.request.AnswerCounts;
import io.nacre.engine.request.EventFile;
import io.nacre.engine.request.FakeKernel;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.request.RequestBuilder;
import io.nacre.engine.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedDenialsTest {
  private static final int BURST = 100;

  @TempDir Path directory;

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 7); // wraps around at once
  private final AtomicInteger unreported = new AtomicInteger();
  private final List<PermissionRequest> reported = new ArrayList<>();
  private FakeKernel kernel;

  @BeforeEach
  void open() throws IOException {
    kernel = FakeKernel.open();
    Files.writeString(directory.resolve("f"), "content");
  }

  @AfterEach
  void close() {
    reported.forEach(PermissionRequest::close);
    kernel.close();
  }

  @Test
  void areReported() throws IOException {
    PermissionRequest request = denied();

    denials(reported::add).accept(request);

    assertThat(reported).containsExactly(request);
    assertThat(unreported).hasValue(0);
  }

  @Test
  void areCountedAndClosedIfThereIsNoRoom() throws IOException {
    denials(request -> false).accept(denied());

    assertThat(unreported).hasValue(1);
    assertThat(EventFile.openOn(directory.resolve("f"))).isZero();
  }

  @Test
  void areReportedSoManyASecondInTheLongRun() throws IOException {
    CachedDenials denials = denials(reported::add);
    for (int i = 0; i < BURST + 10; i++) {
      denials.accept(denied());
    }
    int atOnce = reported.size();

    for (int second = 0; second < 3; second++) {
      nanos.addAndGet(Duration.ofSeconds(1).toNanos());
      for (int i = 0; i < BURST; i++) {
        denials.accept(denied());
      }
    }

    assertThat(atOnce).isEqualTo(BURST);
    assertThat(reported).hasSize(BURST + 3 * 20);
    assertThat(unreported).hasValue(10 + 3 * (BURST - 20));
    assertThat(EventFile.openOn(directory.resolve("f"))).isEqualTo(reported.size());
  }

  @Test
  void areReportedByTheBurstAgainAfterAQuietTime() throws IOException {
    CachedDenials denials = denials(reported::add);
    denials.accept(denied());
    nanos.addAndGet(Duration.ofDays(1).toNanos());

    for (int i = 0; i < 2 * BURST; i++) {
      denials.accept(denied());
    }

    assertThat(reported).hasSize(1 + BURST);
  }

  private CachedDenials denials(AnsweredSink report) {
    return new CachedDenials(report, unreported::incrementAndGet, nanos::get);
  }

  private PermissionRequest denied() throws IOException {
    PermissionRequest request =
        RequestBuilder.of(
                kernel.context(new AnswerCounts()), EventFile.open(directory.resolve("f")).fd())
            .pid(1)
            .build();
    request.denyByCache(new Verdict.Infected("Eicar"), 5);
    kernel.responses(); // so that there is room for more
    return request;
  }
}
