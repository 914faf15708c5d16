package io.nacre.engine.clamd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nacre.engine.clamd.TestedPool.Scanned;
import io.nacre.engine.config.ClamdAddress;
import io.nacre.engine.config.Transport;
import io.nacre.engine.fixture.clamd.FakeClamd;
import io.nacre.engine.fixture.clamd.FakeClamd.Script;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that get to clamd as their content. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TransportTest {
  private static final Verdict CLEAN = new Verdict.Clean();
  private static final String TOO_BIG = "INSTREAM size limit exceeded. ERROR";
  private static final int BIG = 2 << 20; // more than the buffers of a Unix socket

  /** What carries a stream. */
  private enum Carrier {
    UNIX,
    TCP
  }

  @TempDir Path directory;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final Queue<byte[]> streams = new ConcurrentLinkedQueue<>();
  private final Queue<Integer> lengths = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 10 << 20})
  void carriesTheContentByteForByte(int length) throws Exception {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    TestedPool pool = pool(0, stream(clamd(Carrier.TCP, collecting())));

    Scanned scan = pool.scan(file(content));

    assertThat(scan.verdict()).isEqualTo(CLEAN);
    assertThat(streams).hasSize(1);
    assertThat(streams.element()).isEqualTo(content);
  }

  @ParameterizedTest
  @EnumSource(Carrier.class)
  void carriesManyFilesAtTheSameTime(Carrier carrier) throws Exception {
    FakeClamd clamd = clamd(carrier, FakeClamd.deciding(content -> content.hashCode() + " FOUND"));
    TestedPool pool = pool(0, stream(clamd));

    List<Scanned> scans = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      scans.add(pool.scan("content " + i + "x".repeat(i * 1000)));
    }

    assertThat(scans)
        .allSatisfy(
            scan ->
                assertThat(scan.verdict())
                    .isEqualTo(new Verdict.Infected(String.valueOf(scan.content().hashCode()))));
    assertThat(clamd.scanSessions()).isLessThanOrEqualTo(4);
  }

  @Test
  void carriesAFileThatGrowsToItsEnd() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch changed = new CountDownLatch(1);
    Path file = file(new byte[BIG]);
    TestedPool pool = pool(0, stream(clamd(Carrier.UNIX, pausing(begun, changed))));

    Scanned scan = pool.scan(file);
    begun.await();
    Files.write(file, new byte[1_000], StandardOpenOption.APPEND);
    changed.countDown();

    assertThat(scan.verdict()).isEqualTo(CLEAN);
    assertThat(lengths).containsExactly(BIG + 1_000);
  }

  @Test
  void carriesWhatIsLeftOfAFileThatShrinks() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch changed = new CountDownLatch(1);
    Path file = file(new byte[BIG]);
    TestedPool pool = pool(0, stream(clamd(Carrier.UNIX, pausing(begun, changed))));

    Scanned scan = pool.scan(file);
    begun.await();
    try (FileChannel written = FileChannel.open(file, StandardOpenOption.WRITE)) {
      written.truncate(10);
    }
    changed.countDown();

    assertThat(scan.verdict()).isEqualTo(CLEAN);
    assertThat(lengths.element()).isBetween(65_536, BIG - 1);
  }

  @ParameterizedTest
  @EnumSource(Carrier.class)
  void learnsWhatIsTooBigForClamd(Carrier carrier) throws Exception {
    FakeClamd clamd = clamd(carrier, limitedTo(100_000));
    TestedPool pool = pool(1, stream(clamd));
    Verdict oversize =
        new Verdict.Unscanned(FallbackReason.OVERSIZE, "bigger than clamd's StreamMaxLength");

    assertThat(pool.scan(file(new byte[BIG])).verdict()).isEqualTo(oversize);
    assertThat(clamd.files()).isEqualTo(1);
    assertThat(pool.scan(file(new byte[BIG])).verdict()).isEqualTo(oversize);
    assertThat(clamd.files()).isEqualTo(1);

    assertThat(pool.scan(file(new byte[100_000])).verdict()).isEqualTo(CLEAN);
    assertThat(clamd.files()).isEqualTo(2);
  }

  @Test
  void learnsNothingFromTheSizeThatAFileHadBefore() throws Exception {
    Path endless = Path.of("/proc/kallsyms"); // of 0 bytes, until it is read
    assumeTrue(Files.isReadable(endless), "needs " + endless);
    TestedPool pool = pool(0, stream(clamd(Carrier.UNIX, limitedTo(100_000))));

    assertThat(pool.scan(endless).reason()).isEqualTo(FallbackReason.OVERSIZE);

    assertThat(pool.scan(file(new byte[50_000])).verdict()).isEqualTo(CLEAN);
  }

  @Test
  void asksAClamdThatMayTakeMore() throws Exception {
    FakeClamd small = clamd(Carrier.UNIX, limitedTo(100_000));
    FakeClamd big = clamd(Carrier.TCP, limitedTo(10 << 20));
    TestedPool pool = pool(0, stream(small), stream(big));
    await().until(() -> pool.state(0) == ClamdHealth.State.UP);
    await().until(() -> pool.state(1) == ClamdHealth.State.UP);

    for (int i = 0; i < 5; i++) {
      assertThat(pool.scan(file(new byte[BIG])).verdict()).isEqualTo(CLEAN);
    }

    assertThat(small.files()).isLessThanOrEqualTo(1);
  }

  @Test
  void believesNoVerdictBeforeTheEndOfTheContent() throws Exception {
    FakeClamd clamd =
        clamd(
            Carrier.UNIX,
            session -> {
              session.until("zINSTREAM");
              session.say("1: stream: OK");
              session.silence();
            },
            FakeClamd.answering("Eicar FOUND"));
    TestedPool pool = pool(1, stream(clamd));

    assertThat(pool.scan(file(new byte[BIG])).verdict()).isEqualTo(new Verdict.Infected("Eicar"));
  }

  @ParameterizedTest
  @EnumSource(Carrier.class)
  void isSentAgainWhenClamdEndsMeanwhile(Carrier carrier) throws Exception {
    FakeClamd clamd =
        clamd(
            carrier,
            session -> {
              session.until("zINSTREAM");
              session.length();
            },
            FakeClamd.answering("Eicar FOUND"));
    TestedPool pool = pool(1, stream(clamd));

    assertThat(pool.scan(file(new byte[BIG])).verdict()).isEqualTo(new Verdict.Infected("Eicar"));
  }

  @Test
  void isDownIfNoProcessListensAtThePort() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    TestedPool pool = pool(0, TestedPool.endpoint(new ClamdAddress.Tcp("127.0.0.1", port), 2));

    assertThat(pool.scan("x").verdict())
        .isEqualTo(new Verdict.Unscanned(FallbackReason.CLAMD_DOWN, "connect: Connection refused"));
  }

  @Test
  void isDownIfThereIsNoSuchHost() throws Exception {
    ClamdEndpoint endpoint = TestedPool.endpoint(new ClamdAddress.Tcp("no such host", 3310), 2);
    TestedPool pool = pool(0, endpoint);

    assertThat(pool.scan("x").verdict())
        .isEqualTo(
            new Verdict.Unscanned(FallbackReason.CLAMD_DOWN, "the host no such host is not known"));
    for (int i = 0; i < 20; i++) {
      assertThat(pool.scan("x").reason()).isEqualTo(FallbackReason.CLAMD_DOWN);
      assertThat(pool.state(0)).isEqualTo(ClamdHealth.State.DOWN);
    }
  }

  @Test
  void goesOverTheNewerProtocolToo() throws Exception {
    byte[] one = new byte[16];
    one[15] = 1;
    InetAddress loopback = InetAddress.getByAddress(one);
    assumeTrue(NetworkInterface.getByInetAddress(loopback) != null, "needs ::1");
    FakeClamd clamd = new FakeClamd(loopback, collecting());
    opened.add(clamd);
    TestedPool pool = pool(0, TestedPool.endpoint(new ClamdAddress.Tcp("::1", port(clamd)), 2));

    assertThat(pool.scan("content").verdict()).isEqualTo(CLEAN);
    assertThat(streams.element()).isEqualTo("content".getBytes(UTF_8));
  }

  private Script collecting() {
    return session -> {
      while (true) {
        session.until("zINSTREAM");
        streams.add(session.stream());
        session.say(session.id() + ": stream: OK");
      }
    };
  }

  /** Reads nothing between {@code begun} and {@code changed}. */
  private Script pausing(CountDownLatch begun, CountDownLatch changed) {
    return session -> {
      session.until("zINSTREAM");
      int first = session.length();
      session.skip(first);
      begun.countDown();
      try {
        changed.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      lengths.add(first + session.stream().length);
      session.say(session.id() + ": stream: OK");
      session.silence();
    };
  }

  /** Ends a session as clamd does when a stream is longer than {@code most}. */
  private static Script limitedTo(int most) {
    return session -> {
      while (true) {
        session.until("zINSTREAM");
        int taken = 0;
        for (int length = session.length(); length > 0; length = session.length()) {
          taken += length;
          if (taken > most) {
            session.say(session.id() + ": " + TOO_BIG);
            return;
          }
          session.skip(length);
        }
        session.say(session.id() + ": stream: OK");
      }
    };
  }

  private FakeClamd clamd(Carrier carrier, Script... scripts) throws IOException {
    FakeClamd clamd =
        carrier == Carrier.TCP
            ? new FakeClamd(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), scripts)
            : new FakeClamd(directory.resolve("clamd.sock"), scripts);
    opened.add(clamd);
    return clamd;
  }

  private static int port(FakeClamd clamd) {
    return ((ClamdAddress.Tcp) clamd.address()).port();
  }

  private static ClamdEndpoint stream(FakeClamd clamd) {
    return TestedPool.endpoint(clamd.address(), Transport.STREAM, 1, 4);
  }

  private TestedPool pool(int retries, ClamdEndpoint... endpoints) throws IOException {
    TestedPool pool =
        new TestedPool(
            directory,
            new ClamdPool.Settings(
                TestedPool.TIME_LIMIT,
                Duration.ofMinutes(5),
                retries,
                Optional.empty(),
                TestedPool.DATABASE),
            endpoints);
    opened.add(0, pool);
    return pool;
  }

  private Path file(byte[] content) throws IOException {
    return Files.write(Files.createTempFile(directory, "f", ""), content);
  }
}
