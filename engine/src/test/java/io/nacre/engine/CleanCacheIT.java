package io.nacre.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.engine.fixture.EngineProcess;
import io.nacre.engine.fixture.Opener;
import io.nacre.engine.fixture.PrivateMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that were found clean, on the real kernel and with the real clamd. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CleanCacheIT {
  private static final int NOBODY = 65_534;

  /** What may be done to a file to have it hold what clamd finds; `at` is the file. */
  private static final String CHANGES =
      """
      import mmap, os, sys, time
      way, at, virus = sys.argv[1], sys.argv[2], sys.argv[3].encode()
      def mapped(how):
          with open(at, "r+b") as file:
              mapping = mmap.mmap(file.fileno(), 0)
          if how == "populated":
              bytes(mapping)
          return mapping
      if way == "write":
          with open(at, "r+b") as file: file.write(virus)
      elif way == "forge":
          before = os.stat(at)
          with open(at, "r+b") as file: file.write(virus)
          os.utime(at, ns=(before.st_atime_ns, before.st_mtime_ns))
      elif way == "truncate":
          os.truncate(at, 0)
          with open(at, "ab") as file: file.write(virus)
      elif way == "replace":
          with open(at + ".new", "wb") as file: file.write(virus)
          os.rename(at + ".new", at)
      elif way == "other name":
          other = os.path.join(at.split("/tree/")[0], "other name")
          os.link(at, other)
          with open(other, "r+b") as file: file.write(virus)
      elif way == "map":
          mapping = mapped("untouched")
          mapping[:len(virus)] = virus
          mapping.close()
      elif way == "map and stay":
          mapping = mapped("populated")
          mapping[:len(virus)] = virus
      print("changed", flush=True)
      if way == "map and stay":
          time.sleep(60)
      """;

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "tmpfs"})
  void aCleanFileIsNotScannedAgainUntilItChanges(String type) throws IOException {
    try (PrivateMount mount = PrivateMount.mount(type);
        EngineProcess engine = start(mount)) {
      for (String way :
          List.of("write", "forge", "truncate", "replace", "other name", "map", "map and stay")) {
        Path file = file(mount, way.replace(' ', '-'));
        awaitKnown(engine, file);

        Opener changer = change(way, file, mount);

        assertThat(Opener.start(file).await().wasDenied()).as(type + ": " + way).isTrue();
        changer.kill();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "tmpfs"})
  void aFileWithAWriterIsScannedAtEachOpen(String type) throws IOException {
    try (PrivateMount mount = PrivateMount.mount(type);
        Prepared prepared = new Prepared(file(mount, "file"), start(mount))) {
      Path file = prepared.file();
      EngineProcess engine = prepared.engine();
      awaitKnown(engine, file);
      Opener writer = exempt("sh", "-c", "exec 3<> " + file + "; echo open; exec sleep 60");
      engine.awaitStatus("the writer", status -> status.getLong("cache.writers-seen") == 1);
      long before = clean(engine);

      assertThat(Opener.start(file).await().succeeded()).isTrue();
      assertThat(Opener.start(file).await().succeeded()).isTrue();

      engine.awaitStatus("two scans", status -> clean(engine) == before + 2);
      writer.kill();
    }
  }

  @Test
  void whereADirectoryAloneIsMarkedNoFileOfATmpfsIsKnown() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("tmpfs");
        Prepared prepared = new Prepared(file(mount, "file"), start(mount, "strategy = ddd"))) {
      Path file = prepared.file();
      EngineProcess engine = prepared.engine();

      for (int i = 0; i < 3; i++) {
        assertThat(Opener.start(file).await().succeeded()).isTrue();
      }

      engine.awaitStatus("three scans", status -> clean(engine) == 3);
      assertThat(engine.status().getLong("cache.files")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"xfs", "tmpfs"})
  void whereOpensMustTellAFileWithASecondNameIsNotKnown(String type) throws IOException {
    try (PrivateMount mount = PrivateMount.mount(type);
        Prepared prepared = new Prepared(file(mount, "file"), start(mount))) {
      Path file = prepared.file();
      EngineProcess engine = prepared.engine();
      awaitKnown(engine, file);
      Path other = mount.root().resolve("other name");
      long before = clean(engine);

      Files.createLink(other, file);
      assertThat(Opener.start(file).await().succeeded()).isTrue();
      assertThat(Opener.start(file).await().succeeded()).isTrue();

      engine.awaitStatus("two scans", status -> clean(engine) == before + 2);
      Files.delete(other);
      awaitKnown(engine, file);
    }
  }

  @Test
  void withoutEntriesEveryOpenIsScanned() throws IOException {
    try (PrivateMount mount = PrivateMount.mount("ext4");
        Prepared prepared = new Prepared(file(mount, "file"), start(mount, "cache.entries = 0"))) {
      Path file = prepared.file();
      EngineProcess engine = prepared.engine();

      for (int i = 0; i < 3; i++) {
        assertThat(Opener.start(file).await().succeeded()).isTrue();
      }

      engine.awaitStatus("three scans", status -> clean(engine) == 3);
    }
  }

  /** A file that was there before the engine was started. */
  private record Prepared(Path file, EngineProcess engine) implements AutoCloseable {
    @Override
    public void close() {
      engine.close();
    }
  }

  private static EngineProcess start(PrivateMount mount, String... block) throws IOException {
    List<String> all =
        new ArrayList<>(
            List.of(
                "protect = [\"" + mount.directory("tree") + "\"]",
                "strategy = filesystem",
                "exempt.uids = [" + NOBODY + "]",
                "triggers = [open]",
                "deadline = 1 m"));
    all.addAll(List.of(block));
    return EngineProcess.start(mount, all.toArray(String[]::new));
  }

  /** Makes a file that an exempt process may do anything to. */
  private static Path file(PrivateMount mount, String name) throws IOException {
    Path directory = mount.directory("tree/" + name);
    Path file = mount.clean("tree/" + name + "/" + name);
    Files.write(file, new byte[4096]);
    everybodys(mount.root());
    everybodys(directory);
    Files.setAttribute(file, "unix:uid", NOBODY);
    return file;
  }

  private static void everybodys(Path path) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  /** Opens {@code file} until that needs no scan. */
  private static void awaitKnown(EngineProcess engine, Path file) {
    long known = known(engine);
    await()
        .until(
            () -> {
              assertThat(Opener.start(file).await().succeeded()).isTrue();
              return known(engine) > known;
            });
  }

  private static Opener change(String way, Path file, PrivateMount mount) throws IOException {
    Path script = mount.outside().resolve("change.py");
    Path ready = mount.outside().resolve(way + ".ready");
    Files.writeString(script, CHANGES);
    Files.createFile(ready);
    everybodys(ready);
    everybodys(script);
    Opener changer =
        exempt(
            "sh",
            "-c",
            "exec python3 \"$0\" \"$1\" \"$2\" \"$3\" > \"$4\"",
            script.toString(),
            way,
            file.toString(),
            PrivateMount.eicar(),
            ready.toString());
    await(way).until(() -> Files.size(ready) > 0);
    return changer;
  }

  private static Opener exempt(String... command) {
    List<String> all =
        new ArrayList<>(
            List.of("setpriv", "--reuid", String.valueOf(NOBODY), "--clear-groups", "--"));
    all.addAll(List.of(command));
    return Opener.command(all);
  }

  private static long known(EngineProcess engine) {
    return reason(engine, "cached-clean");
  }

  private static long clean(EngineProcess engine) {
    return reason(engine, "clean");
  }

  private static long reason(EngineProcess engine, String reason) {
    return engine.status().getLong("answers.by-reason." + reason);
  }
}
