package io.nacre.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launcher in a checkout of its own, with a PATH of its own: {@code java}, {@code mvn}, {@code
 * apt-get} and {@code sudo} there only note how they were called.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LauncherTest {
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "cat",
          "chmod",
          "env",
          "find",
          "mkdir",
          "mktemp",
          "mv",
          "readlink",
          "rm",
          "tail",
          "touch",
          "uname");

  private static final String NO_SUCH_JAVA = "/nonexistent";

  @TempDir Path directory;

  private Path launcher;
  private Path bin;
  private Path lib;

  /** How a run of the launcher ended. */
  private record Ended(int exitCode, List<String> err) {}

  @BeforeEach
  void makeCheckout() throws IOException {
    launcher = Files.copy(Path.of("../nacre"), directory.resolve("nacre"));
    executable(launcher);
    lib = directory.resolve("engine/target/nacre/lib");
    for (String module : List.of("engine", "native-bridge")) {
      Files.createDirectories(directory.resolve(module).resolve("src/main"));
      Files.createFile(directory.resolve(module).resolve("pom.xml"));
    }
    Files.createFile(directory.resolve("pom.xml"));
    bin = Files.createDirectory(directory.resolve("bin"));
    for (String tool : TOOLS) {
      executable(
          Files.writeString(bin.resolve(tool), "#!/bin/sh\nexec " + whereIs(tool) + " \"$@\"\n"));
    }
    stub("sudo", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--help", "--version", "", "status", "check-config", "run", "clamonacc", "events"})
  void saysInOneLineThatNothingIsBuilt(String command) throws Exception {
    installJavaAndMaven();

    Ended ended = launch(command);

    assertThat(ended.exitCode()).isEqualTo(69);
    assertThat(ended.err())
        .containsExactly("nacre: not built yet: run " + launcher.toAbsolutePath() + " setup");
    assertThat(calls()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "--version", "run --help", "status", "check-config", "run"})
  void neitherInstallsNorBuilds(String command) throws Exception {
    installJavaAndMaven();
    build();
    changeSources();

    launch(command);

    assertThat(calls()).noneMatch(call -> call.startsWith("apt-get") || call.startsWith("mvn"));
    assertThat(lib.resolveSibling("nacre.jsa")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "--version", "status --json", "check-config", "explain /x"})
  void takesTheJavaOnThePathIfJavaHomeIsWrong(String command) throws Exception {
    installJavaAndMaven();
    build();

    Ended ended = launch(command);

    assertThat(ended).isEqualTo(new Ended(0, List.of()));
    assertThat(calls())
        .singleElement()
        .asString()
        .startsWith("java ")
        .endsWith("io.nacre.engine.cli.Main " + command);
  }

  @Test
  void takesTheJavaOfJavaHomeIfThereIsOne() throws Exception {
    installJavaAndMaven();
    build();
    Path home = directory.resolve("jdk");
    Files.createDirectories(home.resolve("bin"));
    stub(home.resolve("bin/java"), "other-java", "");

    launch(Map.of("JAVA_HOME", home.toString()), "status");

    assertThat(calls()).singleElement().asString().startsWith("other-java ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "status", "run"})
  void saysInOneLineThatThereIsNoJava(String command) throws Exception {
    build();

    Ended ended = launch(command);

    assertThat(ended.exitCode()).isEqualTo(69);
    assertThat(ended.err())
        .containsExactly("nacre: Java is not installed: run " + launcher + " setup");
    assertThat(calls()).isEmpty();
  }

  @Test
  void setupBuildsAndArchivesClassesOnce() throws Exception {
    installJavaAndMaven();

    Ended ended = launch("setup");

    assertThat(ended.exitCode()).isZero();
    assertThat(ended.err())
        .contains("nacre: building; later starts take what is built")
        .endsWith("nacre: set up; try: " + launcher + " demo");
    assertThat(calls()).anyMatch(call -> call.startsWith("mvn ") && call.endsWith(" package"));
    assertThat(calls()).anyMatch(call -> call.startsWith("java ") && call.endsWith("Main train"));
    assertThat(lib.resolveSibling("nacre.jsa")).exists();

    forgetCalls();
    assertThat(launch("setup").exitCode()).isZero();
    assertThat(calls()).noneMatch(call -> call.startsWith("mvn") || call.startsWith("java"));
  }

  @Test
  void setupBuildsAgainWhenSourcesChanged() throws Exception {
    installJavaAndMaven();
    launch("setup");
    changeSources();
    forgetCalls();

    launch("setup");

    assertThat(calls()).anyMatch(call -> call.startsWith("mvn "));
  }

  @Test
  void setupInstallsWhatIsMissing() throws Exception {
    Files.writeString(
        bin.resolve("apt-get"),
        script(
            "apt-get",
            "case $* in *jdk*) mv "
                + stub("later-java", archiving())
                + " "
                + bin
                + "/java; mv "
                + stub("later-javac", "")
                + " "
                + bin
                + "/javac ;; *maven) mv "
                + stub("later-mvn", building())
                + " "
                + bin
                + "/mvn ;; esac"));
    executable(bin.resolve("apt-get"));
    Files.writeString(bin.resolve("sudo"), "#!/bin/sh\nshift\nexec \"$@\"\n");

    Ended ended = launch("setup");

    assertThat(ended.err())
        .contains(
            "nacre: installing openjdk-17-jdk-headless (Java)",
            "nacre: installing maven (to build)");
    assertThat(ended.exitCode()).isZero();
  }

  @Test
  void setupEndsWithOneLineIfAPackageCannotBeInstalled() throws Exception {
    Ended ended = launch("setup");

    assertThat(ended.exitCode()).isEqualTo(69);
    assertThat(ended.err())
        .containsExactly(
            "nacre: needs openjdk-17-jdk-headless (Java), and there is no apt-get here; install it"
                + " and try again");
  }

  @Test
  void aLinkNamedClamonaccIsTheCommand() throws Exception {
    installJavaAndMaven();
    build();
    Path link = Files.createSymbolicLink(directory.resolve("clamonacc"), launcher);

    run(Map.of(), link.toString(), "--version");

    assertThat(calls()).singleElement().asString().endsWith("Main clamonacc --version");
  }

  private void installJavaAndMaven() throws IOException {
    stub("java", archiving());
    stub("javac", "");
    stub("mvn", building());
    stub("apt-get", "");
  }

  /** Makes the class archive where it is asked for, as a JVM does. */
  private static String archiving() {
    return "for a; do case $a in -XX:ArchiveClassesAtExit=*) touch \"${a#*=}\" ;; esac; done";
  }

  private String building() {
    return "mkdir -p " + lib + "; touch " + lib + "/nacre-engine.jar";
  }

  private void build() throws IOException {
    Files.createDirectories(lib);
    Files.createFile(lib.resolve("nacre-engine.jar"));
    Files.createFile(lib.resolveSibling(".built"));
  }

  private void changeSources() throws IOException {
    Path source = Files.writeString(directory.resolve("engine/src/main/Changed.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
  }

  private Path stub(String name, String effect) throws IOException {
    return stub(bin.resolve(name), name, effect);
  }

  private Path stub(Path file, String name, String effect) throws IOException {
    Files.writeString(file, script(name, effect));
    return executable(file);
  }

  private String script(String name, String effect) {
    return "#!/usr/bin/env bash\necho " + name + " \"$*\" >>" + log() + "\n" + effect + "\n";
  }

  private Path log() {
    return directory.resolve("calls");
  }

  private List<String> calls() throws IOException {
    return Files.exists(log()) ? Files.readAllLines(log()) : List.of();
  }

  private void forgetCalls() throws IOException {
    Files.deleteIfExists(log());
  }

  private Ended launch(String line) throws Exception {
    return launch(Map.of(), line);
  }

  private Ended launch(Map<String, String> environment, String line) throws Exception {
    String[] arguments = line.isEmpty() ? new String[0] : line.split(" ", -1);
    String[] command = new String[arguments.length + 1];
    command[0] = launcher.toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return run(environment, command);
  }

  private Ended run(Map<String, String> environment, String... command) throws Exception {
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(err.toFile());
    builder.environment().clear();
    builder
        .environment()
        .putAll(Map.of("PATH", bin.toString(), "JAVA_HOME", NO_SUCH_JAVA, "LC_ALL", "C.UTF-8"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), Files.readAllLines(err, StandardCharsets.UTF_8));
  }

  private static Path whereIs(String tool) {
    return List.of("/usr/bin", "/bin").stream()
        .map(each -> Path.of(each, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  private static Path executable(Path file) throws IOException {
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
