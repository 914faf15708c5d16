package io.nacre.engine.watch.newfiles;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.Descriptors;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.PathRules.Include;
import io.nacre.engine.request.NewFileSink;
import io.nacre.engine.walk.OpenDirectoryLimit;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.file.DescriptorPath;
import io.nacre.linux.file.Directory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewFilesTest {
  private static final int OPEN_AT_MOST = 200;
  private static final int PLENTY = 1_000_000;
  private static final long TIME_LIMIT_NANOS = Duration.ofSeconds(5).toNanos();

  @TempDir Path directory;

  private final Sink sink = new Sink();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private NewFiles newFiles;

  /** Writes down what it is offered, as long as there is room. */
  private final class Sink implements NewFileSink {
    private final List<String> offered = new ArrayList<>();
    private int room = PLENTY;
    private int dropped;

    @Override
    public boolean offer(Fd file) {
      if (room == 0) {
        return false;
      }
      room--;
      offered.add(relative(file));
      file.close();
      return true;
    }

    @Override
    public void dropped(int files) {
      dropped += files;
    }
  }

  @BeforeEach
  void includeTheDirectory() {
    rules(new Include(directory.toString(), List.of()));
  }

  @AfterEach
  void closeAll() {
    newFiles.close();
    assertThat(Descriptors.below(directory)).isEmpty();
  }

  @Test
  void areAllRegularFilesOfATreeEachOnce() throws IOException {
    List<String> files = new ArrayList<>();
    for (String name : new String[] {"f", "a/f", "a/g", "a/b/c/f", "d/f"}) {
      files.add(file("tree/" + name));
    }
    Files.createDirectories(directory.resolve("tree/a/empty"));

    add("tree");
    boolean hadRoom = newFiles.step(PLENTY);

    assertThat(hadRoom).isTrue();
    assertThat(newFiles.isDone()).isTrue();
    assertThat(sink.offered).containsExactlyInAnyOrderElementsOf(files);
    assertThat(sink.dropped).isZero();
  }

  @Test
  void areFoundInDirectoriesWithMoreNamesThanOneReadTakes() throws IOException {
    List<String> files = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      files.add(file("tree/" + "n".repeat(60) + i));
    }

    add("tree");
    newFiles.step(PLENTY);

    assertThat(sink.offered).containsExactlyInAnyOrderElementsOf(files);
  }

  @Test
  void areNothingButRegularFiles() throws IOException {
    String regular = file("tree/regular");
    file("elsewhere/f");
    Path tree = directory.resolve("tree");
    Files.createSymbolicLink(tree.resolve("link"), directory.resolve("elsewhere/f"));
    Files.createSymbolicLink(tree.resolve("links"), directory.resolve("elsewhere"));
    assertThat(Opener.command("mkfifo", tree + "/fifo").await().succeeded()).isTrue();

    add("tree");
    newFiles.step(PLENTY);
    addFile("tree", "link");
    addFile("tree", "fifo");

    assertThat(sink.offered).containsExactly(regular);
    assertThat(sink.dropped).isZero();
  }

  @Test
  void areNotLookedForInWhatIsExcluded() throws IOException {
    String kept = file("tree/kept.txt");
    file("tree/skip/f");
    file("tree/dump.core");
    file("tree/a/skip/f");
    rules(new Include(directory.toString(), List.of("/**/skip", "/**/*.core")));

    add("tree");
    newFiles.step(PLENTY);

    assertThat(sink.offered).containsExactly(kept);
  }

  @Test
  void areNotLookedForOutside() throws IOException {
    file("tree/f");
    rules(new Include("/nowhere", List.of()));

    add("tree");
    newFiles.step(PLENTY);

    assertThat(sink.offered).isEmpty();
  }

  @Test
  void areLookedForStepByStep() throws IOException {
    for (int i = 0; i < 10; i++) {
      file("tree/" + i);
    }
    add("tree");

    int steps = 0;
    while (!newFiles.isDone()) {
      int before = sink.offered.size();
      newFiles.step(1);

      assertThat(sink.offered.size() - before).isLessThanOrEqualTo(1);
      assertThat(++steps).as("steps").isLessThan(50);
    }

    assertThat(sink.offered).hasSize(10);
  }

  @Test
  void waitForRoom() throws IOException {
    List<String> files = List.of(file("tree/1"), file("tree/2"), file("tree/a/3"));
    sink.room = 1;
    add("tree");

    assertThat(newFiles.step(PLENTY)).isFalse();
    assertThat(newFiles.step(PLENTY)).isFalse();
    assertThat(newFiles.isDone()).isFalse();
    assertThat(sink.offered).hasSize(1);
    sink.room = PLENTY;

    assertThat(newFiles.step(PLENTY)).isTrue();
    assertThat(newFiles.isDone()).isTrue();
    assertThat(sink.offered).containsExactlyInAnyOrderElementsOf(files);
    assertThat(sink.dropped).isZero();
  }

  @Test
  void areGivenUpWhenThereIsNoRoomForLong() throws IOException {
    file("tree/1");
    file("tree/2");
    sink.room = 0;
    add("tree");
    newFiles.step(PLENTY);
    nanos.addAndGet(TIME_LIMIT_NANOS);
    newFiles.step(PLENTY);
    assertThat(newFiles.isDone()).as("before its time limit").isFalse();

    nanos.incrementAndGet();
    boolean hadRoom = newFiles.step(PLENTY);

    assertThat(hadRoom).isFalse();
    assertThat(newFiles.isDone()).isTrue();
    assertThat(sink.dropped).isPositive();
    assertThat(Descriptors.below(directory)).isEmpty();
    sink.room = PLENTY;
    newFiles.step(PLENTY);
    assertThat(sink.offered).isEmpty();
  }

  @Test
  void haveANewTimeLimitForEachFile() throws IOException {
    for (int i = 0; i < 5; i++) {
      file("tree/" + i);
    }
    sink.room = 0;
    add("tree");

    for (int i = 0; i < 5; i++) {
      newFiles.step(PLENTY);
      nanos.addAndGet(TIME_LIMIT_NANOS);
      sink.room = 1;
      newFiles.step(PLENTY);
    }

    assertThat(sink.offered).hasSize(5);
    assertThat(sink.dropped).isZero();
  }

  @Test
  void areFoundAfterSomeWereGivenUp() throws IOException {
    file("one/f");
    String later = file("two/f");
    sink.room = 0;
    add("one");
    newFiles.step(PLENTY);
    nanos.addAndGet(TIME_LIMIT_NANOS + 1);
    newFiles.step(PLENTY);
    sink.room = PLENTY;

    add("two");
    newFiles.step(PLENTY);

    assertThat(sink.offered).containsExactly(later);
  }

  @Test
  void canBeSingleFiles() throws IOException {
    String file = file("tree/f");

    addFile("tree", "f");
    addFile("tree", "none");

    assertThat(sink.offered).containsExactly(file);
    assertThat(newFiles.isDone()).isTrue();
  }

  @Test
  void areDroppedIfTheyAreSingleAndThereIsNoRoom() throws IOException {
    file("tree/f");
    sink.room = 0;

    addFile("tree", "f");

    assertThat(sink.dropped).isEqualTo(1);
    assertThat(newFiles.isDone()).isTrue();
    assertThat(Descriptors.below(directory)).isEmpty();
  }

  @Test
  void areNotLookedForWithoutAReceiver() throws IOException {
    newFiles =
        new NewFiles(
            NewFileSink.NONE, new PathRules(List.of()), new OpenDirectoryLimit(), nanos::get);
    file("tree/f");

    add("tree");
    addFile("tree", "f");

    assertThat(newFiles.areIgnored()).isTrue();
    assertThat(newFiles.isDone()).isTrue();
  }

  @Test
  void leaveTheDirectoryToItsOwner() throws IOException {
    file("tree/f");
    try (Directory tree = Directory.open(bytes(directory.resolve("tree")))) {
      newFiles.addTree(tree);
      newFiles.step(PLENTY);

      assertThat(tree.fd().isOpen()).isTrue();
    }
    assertThat(sink.offered).hasSize(1);
  }

  @Test
  void doNotHoldEveryDirectoryOfADeepTreeOpen() throws IOException {
    Path deepest = directory.resolve("tree");
    for (int depth = 0; depth < OPEN_AT_MOST + 20; depth++) {
      deepest = deepest.resolve("d");
    }
    Files.createDirectories(deepest);
    Files.writeString(deepest.resolve("f"), "too deep");
    add("tree");

    while (!newFiles.isDone()) {
      newFiles.step(1);
      assertThat(Descriptors.below(directory).size()).isLessThanOrEqualTo(OPEN_AT_MOST);
    }

    assertThat(sink.dropped).isPositive();
  }

  @Test
  void tolerateThatADirectoryIsRemoved() throws IOException {
    file("tree/a/f");
    String kept = file("tree/f");
    add("tree");
    newFiles.step(1); // reads the names, and looks at the file

    Files.delete(directory.resolve("tree/a/f"));
    Files.delete(directory.resolve("tree/a"));
    newFiles.step(PLENTY);

    assertThat(sink.offered).containsExactly(kept);
    assertThat(newFiles.isDone()).isTrue();
  }

  @Test
  void areNotWhatTakesTheirNamesMeanwhile() throws IOException {
    file("elsewhere/f");
    List<String> files = List.of(file("tree/1"), file("tree/2"));
    add("tree");
    newFiles.step(1); // reads the names, and looks at the first

    List<String> left = new ArrayList<>(files);
    left.removeAll(sink.offered);
    Path other = directory.resolve(left.get(0));
    Files.delete(other);
    Files.createSymbolicLink(other, directory.resolve("elsewhere/f"));
    newFiles.step(PLENTY);

    assertThat(sink.offered).hasSize(1).isSubsetOf(files);
  }

  @Test
  void areForgottenWhenItIsClosed() throws IOException {
    file("tree/1");
    file("tree/2");
    sink.room = 0;
    add("tree");
    newFiles.step(PLENTY);
    assertThat(Descriptors.below(directory)).isNotEmpty();

    newFiles.close();

    assertThat(newFiles.isDone()).isTrue();
    assertThat(Descriptors.below(directory)).isEmpty();
  }

  private void rules(Include include) {
    newFiles =
        new NewFiles(sink, new PathRules(List.of(include)), new OpenDirectoryLimit(), nanos::get);
  }

  private void add(String tree) throws ErrnoException {
    try (Directory opened = Directory.open(bytes(directory.resolve(tree)))) {
      newFiles.addTree(opened);
    }
  }

  private void addFile(String parent, String name) throws ErrnoException {
    try (Directory opened = Directory.open(bytes(directory.resolve(parent)))) {
      newFiles.addFile(opened, name.getBytes(UTF_8));
    }
  }

  /** Writes a file, and returns its path from the directory of the test. */
  private String file(String name) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "content");
    return name;
  }

  private String relative(Fd file) {
    try {
      String path = new String(new DescriptorPath().read(file.number()).bytes(), UTF_8);
      return directory.relativize(Path.of(path)).toString();
    } catch (ErrnoException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] bytes(Path path) {
    return path.toString().getBytes(UTF_8);
  }
}
