package io.nacre.engine.watch.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.Descriptors;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.PathRules.Include;
import io.nacre.engine.policy.Strategy;
import io.nacre.engine.request.NewFileSink;
import io.nacre.engine.walk.OpenDirectoryLimit;
import io.nacre.engine.watch.MarkedDirectoryFixture;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.engine.watch.coverage.Coverage.Entry;
import io.nacre.engine.watch.mark.MarkRegistry;
import io.nacre.engine.watch.place.Place;
import io.nacre.engine.watch.place.Places;
import io.nacre.engine.watch.place.StrategyChoice;
import io.nacre.linux.Fd;
import io.nacre.linux.WakeUp;
import io.nacre.linux.inotify.Inotify;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The actor of a tree, when a step of it fails. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProtectedTreeIT {
  private final ActorTestKit testKit = ActorTestKit.create();
  private final TestProbe<ProtectedTrees.Walked> walked = testKit.createTestProbe();
  private final AtomicInteger failuresLeft = new AtomicInteger();
  private final Coverage coverage = new Coverage();
  private MarkedDirectoryFixture stage;
  private WakeUp stop;
  private WakeUp mail;

  /** Fails a few times, as a bug would. */
  private final class FailingSink implements NewFileSink {
    @Override
    public boolean offer(Fd file) {
      file.close();
      if (failuresLeft.getAndDecrement() > 0) {
        throw new IllegalStateException("a fault of the test");
      }
      return true;
    }

    @Override
    public void dropped(int files) {
      // No matter.
    }
  }

  @BeforeEach
  void open() throws IOException {
    stage = MarkedDirectoryFixture.open();
    stage.directory("srv/a/b");
    stage.directory("other");
    stop = WakeUp.open();
    mail = WakeUp.open();
  }

  @AfterEach
  void close() throws IOException {
    stop.signal();
    testKit.shutdownTestKit();
    assertThat(Descriptors.below(stage.root())).isEmpty();
    stop.close();
    stage.close();
  }

  @Test
  void walksTheTreeAgainAfterAFailure() throws IOException {
    start();
    failuresLeft.set(2);

    Files.writeString(stage.path("other/one"), "content");
    stage.move("other/one", "srv/one");
    await().until(() -> failuresLeft.get() == 1);
    Files.writeString(stage.path("other/two"), "content");
    stage.move("other/two", "srv/two");
    await().until(() -> failuresLeft.get() == 0);
    stage.directory("srv/new/deep");

    await()
        .untilAsserted(
            () ->
                assertThat(stage.marked())
                    .containsExactly("srv", "srv/a", "srv/a/b", "srv/new", "srv/new/deep"));
  }

  @Test
  void endsWhenItFailsAgainAndAgain() throws IOException {
    ActorRef<ProtectedTree.Command> tree = start();
    failuresLeft.set(Integer.MAX_VALUE);

    for (int i = 0; i <= FailureLimit.AT_MOST; i++) {
      int before = failuresLeft.get();
      Files.writeString(stage.path("other/" + i), "content");
      stage.move("other/" + i, "srv/" + i);
      await().until(() -> failuresLeft.get() < before);
    }

    walked.expectTerminated(tree);
  }

  private ActorRef<ProtectedTree.Command> start() throws IOException {
    MarkRegistry registry = new MarkRegistry(stage.marks());
    Include srv = new Include(stage.path("srv").toString(), List.of());
    ProtectedTrees.Setup setup =
        new ProtectedTrees.Setup(
            registry, new FailingSink(), new OpenDirectoryLimit(), stop, System::nanoTime);
    ActorRef<ProtectedTree.Command> tree =
        testKit.spawn(
            ProtectedTree.create(
                setup,
                new PathRules(List.of(srv)),
                Optional.of(registry.join(Inotify.open())),
                mail,
                walked.ref()),
            "tree",
            DispatcherSelector.blocking());
    Place place = Places.at(stage.path("srv"));
    Entry first = Entry.starting(place.path(), new StrategyChoice(Strategy.DDD, "because"));
    ProtectedTrees.Walked walk = new ProtectedTrees.Walked(place, 1);
    tree.tell(new ProtectedTree.Add(place, "because", coverage.claim(place.path(), first), walk));
    mail.signal();
    walked.expectMessage(walk);
    return tree;
  }
}
