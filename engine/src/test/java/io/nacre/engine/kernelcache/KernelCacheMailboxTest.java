package io.nacre.engine.kernelcache;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.kernelcache.KernelCacheActor.Clear;
import io.nacre.engine.kernelcache.KernelCacheActor.Command;
import io.nacre.engine.kernelcache.KernelCacheActor.Offer;
import io.nacre.engine.request.FileFacts;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.Poll;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KernelCacheMailboxTest {
  private static final int CAPACITY = 1024;
  private static final ActorTestKit TEST_KIT = ActorTestKit.create();

  private final TestProbe<Command> actor = TEST_KIT.createTestProbe();
  private KernelCacheMailbox mailbox;

  @BeforeEach
  void open() throws ErrnoException {
    mailbox = KernelCacheMailbox.open();
  }

  @AfterEach
  void close() {
    mailbox.close();
  }

  @AfterAll
  static void shutdown() {
    TEST_KIT.shutdownTestKit();
  }

  @Test
  void takesNothingBeforeThereIsAnActor() throws ErrnoException {
    Offer offer = offer();
    CompletableFuture<Boolean> done = new CompletableFuture<>();

    assertThat(mailbox.hasRoom()).isFalse();
    assertThat(mailbox.trySend(offer)).isFalse();
    mailbox.send(new Clear(done));

    assertThat(done).isCompletedWithValue(false);
    assertThat(offer.candidate().file().isOpen()).as("still the sender's").isTrue();
    offer.drop();
  }

  @Test
  void deliversAMessageAndSignals() throws ErrnoException {
    mailbox.attach(actor.getRef());
    Offer offer = offer();

    assertThat(mailbox.trySend(offer)).isTrue();

    actor.expectMessage(offer);
    assertThat(new Poll(mailbox.fd()).await(0)).isEqualTo(1);
    mailbox.clearSignal();
    assertThat(new Poll(mailbox.fd()).await(0)).isZero();
    assertThat(mailbox.take(offer)).isTrue();
    assertThat(mailbox.take(offer)).as("once").isFalse();
    offer.drop();
  }

  @Test
  void signalsAgainAfterTheSignalWasCleared() throws ErrnoException {
    mailbox.attach(actor.getRef());
    mailbox.send(new Clear(new CompletableFuture<>()));
    mailbox.clearSignal();

    mailbox.send(new Clear(new CompletableFuture<>()));

    assertThat(new Poll(mailbox.fd()).await(0)).isEqualTo(1);
  }

  @Test
  void hasRoomForSoManyOffersUntilSomeAreTaken() throws ErrnoException {
    mailbox.attach(actor.getRef());
    List<Offer> sent = new ArrayList<>();
    for (int i = 0; i < CAPACITY; i++) {
      sent.add(offer());
      assertThat(mailbox.trySend(sent.get(i))).isTrue();
    }
    Offer tooMany = offer();

    assertThat(mailbox.hasRoom()).isFalse();
    assertThat(mailbox.trySend(tooMany)).isFalse();
    assertThat(mailbox.take(sent.get(0))).isTrue();
    assertThat(mailbox.trySend(tooMany)).isTrue();

    sent.get(0).drop();
  }

  @Test
  void dropsWhatIsLeftWhenItIsClosed() throws ErrnoException {
    mailbox.attach(actor.getRef());
    Offer left = offer();
    Offer late = offer();
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    CompletableFuture<Boolean> lateDone = new CompletableFuture<>();
    mailbox.trySend(left);
    mailbox.send(new Clear(done));

    mailbox.close();

    assertThat(left.candidate().file().isOpen()).isFalse();
    assertThat(done).isCompletedWithValue(false);
    assertThat(mailbox.take(left)).as("dropped already").isFalse();
    assertThat(mailbox.size()).isZero();
    assertThat(mailbox.trySend(late)).isFalse();
    mailbox.send(new Clear(lateDone));
    assertThat(lateDone).isCompletedWithValue(false);
    late.drop();
  }

  private static Offer offer() throws ErrnoException {
    FileVersion version = new FileVersion(0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1);
    return new Offer(
        new MarkCandidate(Fd.copyOf(1), new FileFacts(version, 0, /* isRootOnly= */ true)));
  }
}
