package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.config.ClamdAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClamdEndpointTest {
  private final ClamdEndpoint endpoint =
      TestedPool.endpoint(new ClamdAddress.Unix("/run/clamd.sock"), 3);

  @Test
  void hasNoMorePlacesThanItsLimit() {
    assertThat(endpoint.tryBeginScan()).isTrue();
    assertThat(endpoint.tryBeginScan()).isTrue();
    assertThat(endpoint.tryBeginScan()).isTrue();
    assertThat(endpoint.tryBeginScan()).isFalse();
    assertThat(endpoint.underWay()).isEqualTo(3);

    endpoint.endScan(/* hasFailed= */ false);
    assertThat(endpoint.tryBeginScan()).isTrue();
    endpoint.endScan(/* hasFailed= */ true);
    assertThat(endpoint.tryBeginScan()).isTrue();
    endpoint.cancelScan();
    assertThat(endpoint.tryBeginScan()).isTrue();

    assertThat(endpoint.tryBeginScan()).isFalse();
    assertThat(endpoint.scans()).isEqualTo(1);
    assertThat(endpoint.failures()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "2, 2", "3, 3", "4, 3", "99999, 3"})
  void isLimitedByTheThreadsOfClamd(int threads, int limit) {
    endpoint.limitToThreads(threads);

    assertThat(endpoint.limit()).isEqualTo(limit);
  }

  @Test
  void hasMorePlacesAgainWhenClamdHasMoreThreads() {
    endpoint.limitToThreads(1);
    endpoint.limitToThreads(2);

    assertThat(endpoint.limit()).isEqualTo(2);
  }

  @Test
  void learnsTheSizeThatIsTooBig() {
    assertThat(endpoint.streamMaxBytes()).isEqualTo(Long.MAX_VALUE);

    endpoint.limitStream(1_000);
    endpoint.limitStream(2_000);
    assertThat(endpoint.streamMaxBytes()).isEqualTo(999);

    endpoint.limitStream(500);
    assertThat(endpoint.streamMaxBytes()).isEqualTo(499);
  }

  @Test
  void givesNoPlaceTwice() {
    AtomicInteger most = new AtomicInteger();
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                for (int j = 0; j < 10_000; j++) {
                  boolean begun = endpoint.tryBeginScan();
                  most.accumulateAndGet(endpoint.underWay(), Math::max);
                  if (begun) {
                    endpoint.endScan(/* hasFailed= */ false);
                  }
                }
              }));
    }
    threads.forEach(CompletableFuture::join);

    assertThat(most.get()).isBetween(1, 3);
    assertThat(endpoint.underWay()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"scanner, tcp:scanner:3310", "192.0.2.1, tcp:192.0.2.1:3310", "::1, tcp:[::1]:3310"})
  void isShownAsItIsConfigured(String host, String address) {
    assertThat(TestedPool.endpoint(new ClamdAddress.Tcp(host, 3310), 1)).hasToString(address);
    assertThat(endpoint).hasToString("unix:/run/clamd.sock");
  }
}
