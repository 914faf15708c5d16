package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.clamd.TestedPool.Scanned;
import io.nacre.engine.config.ClamdAddress;
import io.nacre.engine.fixture.clamd.FakeClamd;
import io.nacre.engine.fixture.clamd.FakeClamd.Script;
import io.nacre.engine.fixture.clamd.FakeSession;
import io.nacre.engine.fixture.clamd.FakeSession.ScanCommand;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many scans at the same time at one clamd. The content of each file says its verdict. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PipeliningTest {
  private static final int MANY = 12; // as many as the fake clamd has threads
  private static final String BOMB = "bomb";

  @TempDir Path directory;

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  @Test
  void takesRepliesInAnyOrder() throws IOException {
    FakeClamd clamd =
        clamd(
            session -> {
              List<String> replies = new ArrayList<>();
              for (ScanCommand file : files(session, MANY)) {
                replies.add(file.reply(file.content()));
              }
              Collections.shuffle(replies, new Random(7));
              session.send(String.join("\0", replies) + "\0");
              session.silence();
            });

    List<Scanned> scans = scanMany(pool(1, MANY));

    assertThat(scans).allSatisfy(PipeliningTest::isAsItsContentSays);
    assertThat(clamd.scanSessions()).isEqualTo(1);
  }

  @Test
  void takesRepliesInPieces() throws IOException {
    clamd(
        session -> {
          StringBuilder replies = new StringBuilder();
          files(session, MANY).forEach(f -> replies.append(f.reply(f.content())).append('\0'));
          for (int i = 0; i < replies.length(); i++) {
            session.send(replies.substring(i, i + 1));
          }
          session.silence();
        });

    assertThat(scanMany(pool(1, MANY))).allSatisfy(PipeliningTest::isAsItsContentSays);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1: fd[9]: OK", // said once already
        "99: fd[9]: OK",
        "99: fd[9]: Eicar FOUND",
        "0: fd[9]: OK",
        "fd[9]: OK",
        "OK",
        "",
        "\n",
        "UNKNOWN COMMAND",
        "12: PONG",
        "12: fd[9]: OK\n",
      })
  void believesNothingBehindALineItDoesNotUnderstand(String line) throws IOException {
    FakeClamd clamd =
        clamd(
            session -> {
              List<ScanCommand> files = files(session, MANY);
              StringBuilder replies = new StringBuilder(files.get(0).reply(files.get(0).content()));
              replies.append('\0').append(line).append('\0');
              files.forEach(file -> replies.append(file.reply("wrong FOUND")).append('\0'));
              session.send(replies.toString());
              session.silence();
            },
            FakeClamd.deciding(content -> content));

    List<Scanned> scans = scanMany(pool(1, MANY));

    boolean isError = line.startsWith("12: "); // of this file, and otherwise all is in order
    assertThat(scans.stream().filter(scan -> scan.verdict() instanceof Verdict.Unscanned))
        .hasSize(isError ? 1 : 0);
    scans.removeIf(scan -> scan.verdict() instanceof Verdict.Unscanned);
    assertThat(scans).allSatisfy(PipeliningTest::isAsItsContentSays);
    assertThat(clamd.scanSessions()).isGreaterThan(1);
  }

  @Test
  void scansTheOthersAgainWhenClamdRefusesOne() throws IOException {
    FakeClamd clamd =
        clamd(
            session -> {
              List<ScanCommand> files = files(session, MANY);
              ScanCommand third =
                  files.stream().filter(f -> f.content().equals("3 FOUND")).findAny().orElseThrow();
              session.say(third.reply("Can't allocate memory ERROR"));
            },
            FakeClamd.deciding(content -> content));

    List<Scanned> scans = scanMany(pool(0, MANY));

    assertThat(scans.get(3).reason()).isEqualTo(FallbackReason.CLAMD_ERROR);
    scans.remove(3);
    assertThat(scans).allSatisfy(PipeliningTest::isAsItsContentSays);
    assertThat(clamd.files()).isEqualTo(MANY + MANY - 1);
  }

  @Test
  void failsNoFileForThoseThatClamdRefuses() throws IOException {
    clamd(
        session -> {
          while (true) {
            ScanCommand file = session.file();
            session.say(file.reply(file.content()));
            if (file.content().endsWith("ERROR")) {
              return; // as clamd does
            }
          }
        });
    TestedPool pool = pool(0, MANY);
    List<Scanned> good = new ArrayList<>();
    List<Scanned> bad = new ArrayList<>();

    for (int i = 0; i < 60; i++) {
      good.add(pool.scan(i % 2 == 0 ? "OK" : "Eicar FOUND"));
      bad.add(pool.scan("x ERROR"));
    }

    assertThat(good.stream().filter(scan -> scan.verdict() instanceof Verdict.Clean)).hasSize(30);
    assertThat(good.stream().filter(scan -> scan.verdict() instanceof Verdict.Infected))
        .hasSize(30);
    assertThat(bad).allMatch(scan -> scan.reason() == FallbackReason.CLAMD_ERROR);
  }

  @Test
  void triesEachAgainAloneWhenTheSessionBreaks() throws IOException {
    AtomicInteger most = new AtomicInteger();
    FakeClamd clamd =
        clamd(
            session -> files(session, MANY),
            session -> counting(session, most, new AtomicInteger()));
    TestedPool pool = pool(1, MANY);

    List<Scanned> scans = scanMany(pool);

    assertThat(scans).allSatisfy(PipeliningTest::isAsItsContentSays);
    assertThat(clamd.files()).isEqualTo(2 * MANY);
    assertThat(most.get()).isEqualTo(1);
  }

  @Test
  void givesUpOnlyOnTheFilesUnderWhichSessionsBreak() throws IOException {
    clamd(
        FakeClamd.deciding(
            content -> {
              if (content.equals(BOMB)) {
                throw new IllegalStateException("clamd dies of it");
              }
              return content;
            }));
    TestedPool pool = pool(1, MANY);
    List<Scanned> bombs = new ArrayList<>();
    List<Scanned> others = new ArrayList<>();

    for (int i = 0; i < 60; i++) {
      (i % 20 == 5 ? bombs : others).add(pool.scan(i % 20 == 5 ? BOMB : i + " FOUND"));
    }

    assertThat(bombs).allMatch(scan -> scan.reason() == FallbackReason.CLAMD_ERROR);
    assertThat(others).allMatch(scan -> scan.verdict() instanceof Verdict.Infected);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 33})
  void hasNoMoreScansUnderWayThanItMay(int connections) throws Exception {
    AtomicInteger most = new AtomicInteger();
    AtomicInteger underWay = new AtomicInteger();
    clamd(session -> counting(session, most, underWay)).questions(threads(200));
    ClamdEndpoint endpoint = endpoint(connections);
    TestedPool pool = pool(1, endpoint);

    List<Scanned> scans = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      scans.add(pool.scan(i + " FOUND"));
    }

    assertThat(scans).allMatch(scan -> scan.verdict() instanceof Verdict.Infected);
    assertThat(most.get()).isBetween(1, connections);
    assertThat(endpoint.scans()).isEqualTo(200);
    assertThat(endpoint.failures()).isZero();
    await().until(() -> endpoint.underWay() == 0);
  }

  @Test
  void hasNoMoreScansUnderWayThanClamdHasThreads() throws Exception {
    AtomicInteger most = new AtomicInteger();
    AtomicInteger underWay = new AtomicInteger();
    clamd(session -> counting(session, most, underWay)).questions(threads(2));
    ClamdEndpoint endpoint = endpoint(40);
    TestedPool pool = pool(1, endpoint);
    await().until(() -> endpoint.limit() == 2);

    List<Scanned> scans = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      scans.add(pool.scan(i + " FOUND"));
    }

    assertThat(scans).allMatch(scan -> scan.verdict() instanceof Verdict.Infected);
    assertThat(most.get()).isBetween(1, 2);
  }

  @Test
  void leavesNoScanBehind() throws Exception {
    clamd(FakeClamd.deciding(content -> content));
    TestedPool pool = pool(1, endpoint(2));

    scanFromManyThreads(
        pool,
        300,
        random -> random.nextBoolean() ? "OK" : "Eicar FOUND",
        PipeliningTest::isAsItsContentSays);
  }

  @Test
  void leavesNoWaitingScanBehind() throws Exception {
    clamd(FakeClamd.deciding(content -> content));
    TestedPool pool = pool(1, endpoint(1));
    CyclicBarrier both = new CyclicBarrier(2);

    CompletableFuture<Void> other = CompletableFuture.runAsync(() -> scanInStep(pool, both));
    scanInStep(pool, both);
    other.join();
  }

  private static void scanInStep(TestedPool pool, CyclicBarrier both) {
    try {
      for (int i = 0; i < 3_000; i++) {
        both.await();
        isAsItsContentSays(pool.scan("OK"));
      }
    } catch (IOException | InterruptedException | BrokenBarrierException e) {
      throw new CompletionException(e);
    }
  }

  @Test
  void isNeverWrongWhateverHappens() throws Exception {
    AtomicInteger turn = new AtomicInteger();
    clamd(
        session -> {
          Random random = new Random(turn.incrementAndGet());
          while (true) {
            ScanCommand file = session.file();
            switch (random.nextInt(40)) {
              case 0 -> session.send((file.id() + 10_000) + ": fd[9]: OK\0"); // of no command
              case 1 -> session.send("garbage\0");
              case 2 -> {
                session.send(file.reply("OK")); // without its end
                return;
              }
              case 3 -> session.say(file.reply("Can't allocate memory ERROR"));
              default -> session.say(file.reply(file.content()));
            }
          }
        });
    TestedPool pool = pool(1, endpoint(MANY));

    scanFromManyThreads(
        pool,
        100,
        random -> random.nextBoolean() ? "ERROR" : "Eicar FOUND",
        scan -> assertThat(scan.verdict()).isNotInstanceOf(Verdict.Clean.class));
  }

  private interface Content {
    String of(Random random);
  }

  private static void scanFromManyThreads(
      TestedPool pool, int count, Content content, Consumer<Scanned> check) {
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      Random random = new Random(thread);
      CompletableFuture<Void> done = new CompletableFuture<>();
      threads.add(done);
      new Thread(
              () -> {
                try {
                  for (int i = 0; i < count; i++) {
                    Scanned scan = pool.scan(content.of(random));
                    check.accept(scan);
                  }
                  done.complete(null);
                } catch (IOException | RuntimeException | AssertionError e) {
                  done.completeExceptionally(e);
                }
              })
          .start();
    }
    threads.forEach(CompletableFuture::join);
  }

  /** Answers each file by its content from another thread, and notes how many were under way. */
  private static void counting(FakeSession session, AtomicInteger most, AtomicInteger underWay)
      throws IOException {
    BlockingQueue<ScanCommand> files = new LinkedBlockingQueue<>();
    Thread answering =
        new Thread(
            () -> {
              try {
                while (true) {
                  ScanCommand file = files.take();
                  underWay.decrementAndGet();
                  session.say(file.reply(file.content()));
                }
              } catch (IOException | InterruptedException | IllegalStateException over) {
                return;
              }
            });
    answering.start();
    try {
      while (true) {
        ScanCommand file = session.file();
        most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        files.add(file);
      }
    } finally {
      answering.interrupt();
    }
  }

  private static Script threads(int max) {
    return session -> {
      while (true) {
        switch (session.command()) {
          case "zPING" -> session.say(session.id() + ": PONG");
          case "zVERSION" -> session.say(session.id() + ": ClamAV 1.4.3/1/today");
          case "zSTATS" ->
              session.say(
                  session.id()
                      + ": POOLS: 1\n\nSTATE: VALID PRIMARY\nTHREADS: live 1  idle 0 max "
                      + max
                      + " idle-timeout 30\nQUEUE: 0 items\n");
          default -> {} // has no answer
        }
      }
    };
  }

  private static List<ScanCommand> files(FakeSession session, int count) throws IOException {
    List<ScanCommand> files = new ArrayList<>();
    while (files.size() < count) {
      files.add(session.file());
    }
    return files;
  }

  /** Has files scanned that are all infected, each by a signature of its own. */
  private static List<Scanned> scanMany(TestedPool pool) {
    return new ArrayList<>(
        IntStream.range(0, MANY)
            .mapToObj(
                i -> {
                  try {
                    return pool.scan(i + " FOUND");
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                })
            .toList());
  }

  private static void isAsItsContentSays(Scanned scan) {
    String content = scan.content();
    Verdict expected =
        content.equals("OK")
            ? new Verdict.Clean()
            : new Verdict.Infected(content.substring(0, content.indexOf(" FOUND")));
    assertThat(scan.verdict()).isEqualTo(expected);
  }

  private FakeClamd clamd(Script... scripts) throws IOException {
    FakeClamd clamd = new FakeClamd(directory.resolve("clamd.sock"), scripts);
    opened.add(clamd);
    return clamd;
  }

  private ClamdEndpoint endpoint(int connections) {
    return TestedPool.endpoint(
        new ClamdAddress.Unix(directory.resolve("clamd.sock").toString()), connections);
  }

  private TestedPool pool(int retries, int connections) throws IOException {
    return pool(retries, endpoint(connections));
  }

  private TestedPool pool(int retries, ClamdEndpoint endpoint) throws IOException {
    TestedPool pool =
        new TestedPool(
            directory,
            new ClamdPool.Settings(
                TestedPool.TIME_LIMIT,
                Duration.ofMinutes(5),
                retries,
                Optional.empty(),
                TestedPool.DATABASE),
            endpoint);
    opened.add(0, pool);
    return pool;
  }
}
