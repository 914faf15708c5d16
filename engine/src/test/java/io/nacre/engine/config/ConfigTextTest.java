package io.nacre.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before a value is looked at, and the files beside a file. */
class ConfigTextTest {
  @TempDir Path temporary;

  private Path directory;
  private Path file;
  private String protect = "";

  @BeforeEach
  void create() throws IOException {
    directory = Files.createDirectory(temporary.toRealPath().resolve("srv"));
    file = temporary.toRealPath().resolve("nacre.conf");
    protect = "nacre.protect = [\"" + directory + "\"]\n";
  }

  /** Each text follows a line with a protected path. */
  static Stream<Arguments> wrongTexts() {
    return Stream.of(
        Arguments.of(
            "nacre.queue = 5\n\nnacre { queue = 6 }",
            "4: nacre.queue: is on line 2 already; keep one of the two"),
        Arguments.of(
            "nacre.queue = 5, nacre.queue = 5",
            "2: nacre.queue: is on this line twice; keep one of the two"),
        Arguments.of(
            "nacre { protect = [\"/usr\"] }",
            "2: nacre.protect: is on line 1 already; keep one of the two"),
        Arguments.of(
            "nacre.cache = off\nnacre.cache.entries = 5",
            "3: nacre.cache: is on line 2 already; keep one of the two"),
        Arguments.of(
            "nacre.exempt.uids += 7\nnacre.exempt.uids = [8]",
            "3: nacre.exempt.uids: is on line 2 already; keep one of the two"),
        Arguments.of(
            "nacre.clamd.endpoints = [{ address = embedded, address = embedded }]",
            "2: nacre.clamd.endpoints.address: is on this line twice; keep one of the two"),
        Arguments.of("nacre {\n  clamd {\n", "3: the { opened here is not closed"),
        Arguments.of(
            "nacre {\n  clamd {\n    retries = 1\n  exempt.root = true\n}\n",
            "2: the { opened here is not closed; perhaps one is missing in front of line 6, which"
                + " closes the { of line 3"),
        Arguments.of("nacre.triggers = [open", "2: the [ opened here is not closed"),
        Arguments.of("nacre.triggers = [open }", "2: } cannot close the [ of line 2"),
        Arguments.of("}", "2: } closes nothing; no { is open here"),
        Arguments.of(
            "nacre.deadline 5 s",
            "2: = is missing behind nacre.deadline; it is written: nacre.deadline = VALUE"),
        Arguments.of(
            "nacre.deadline",
            "2: nacre.deadline has no value; it is written: nacre.deadline = VALUE"),
        Arguments.of(
            "nacre.deadline =\nnacre.queue = 5", "2: nacre.deadline has no value on its line"),
        Arguments.of(
            "nacre.queue = = 5", "2: a second = is on this line; is the line before it complete?"),
        Arguments.of(
            "nacre.clamd.endpoints = [tcp:scanner:3310]", "2: a value with : needs double quotes"),
        Arguments.of("nacre.exempt.users = [*]", "2: a value with * needs double quotes"),
        Arguments.of(
            "nacre.control.socket = \"/run/x",
            "2: the double quote opened here is not closed on its line"),
        Arguments.of(
            "nacre.control.socket = \"/run\\x\"",
            "2: \\x is no escape; between double quotes a backslash is written twice"),
        Arguments.of(
            "nacre.exempt.programs = [\n  /opt//a\n  /opt/b\n]",
            "3: // begins a comment behind /opt; write double quotes around the value, or a blank"
                + " in front of the comment"),
        Arguments.of(
            "nacre.exempt.users = [a#b\n]",
            "2: # begins a comment behind a; write double quotes around the value, or a blank in"
                + " front of the comment"),
        Arguments.of(
            "nacre.exempt.programs = [\"/opt/a\" \"/opt/b\"]",
            "2: a comma or a line break is missing between \"/opt/a\" and \"/opt/b\", or double quotes around both together"),
        Arguments.of(
            "nacre.clamd.endpoints = [{ address = embedded } { weight = 2 }]",
            "2: a comma or a line break is missing between } and {"),
        Arguments.of(
            "nacre.queue = 5 nacre { }",
            "2: a comma or a line break is missing between nacre and {"),
        Arguments.of("nacre.queue += 5", "2: nacre.queue: += adds to a list, and this is none"),
        Arguments.of(
            "nacre.queue = [5] 6", "2: a comma or a line break is missing between ] and 6"),
        Arguments.of(
            "include \"none.conf\"", "2: include of DIRECTORY/none.conf: the file does not exist"),
        Arguments.of(
            "include \"srv\"",
            "2: include of DIRECTORY/srv: the file is a directory; name the file in it"),
        Arguments.of(
            "include \"nacre.conf\"",
            "2: include of DIRECTORY/nacre.conf: the file includes itself"),
        Arguments.of(
            "include url(\"http://x/y\")", "2: include of http://x/y: only files can be included"),
        Arguments.of("include none.conf", "2: is no include; it is written: include \"FILE\""),
        Arguments.of(
            "nacre.deadline = 5 s\r nacre.queue = 5",
            "2: holds a carriage return inside of a line; lines end with a newline"),
        Arguments.of(
            "nacre.queue = 5 \0", "2: holds a zero byte; is the file UTF-16, or no text?"));
  }

  @ParameterizedTest
  @MethodSource("wrongTexts")
  void saysWhatIsWrongInWhichLine(String text, String problem) throws IOException {
    Files.writeString(file, protect + text);

    assertThat(problems())
        .containsExactly(
            file + ":" + problem.replace("DIRECTORY", temporary.toRealPath().toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# nothing\n", "{}", "// nothing"})
  void saysThatAFileSetsNoKey(String text) throws IOException {
    Files.writeString(file, text);

    assertThat(problems())
        .containsExactly(
            file
                + ": sets no key; nacre.protect is needed, and nacre config --defaults explains all");
  }

  @Test
  void saysThatAFileIsADirectory() {
    file = directory;

    assertThat(problems()).containsExactly(file + ": is a directory; name the file in it");
  }

  @Test
  void saysWhichLineIsNotUtf8() throws IOException {
    Files.write(
        file, (protect + "\nnacre.queue = 5 # \u00e9").getBytes(StandardCharsets.ISO_8859_1));

    assertThat(problems()).containsExactly(file + ":3: is not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\ufeffPROTECTnacre.queue = 7",
        "PROTECT\r\nnacre.queue = 7\r\n",
        "PROTECT\tnacre\t{\tqueue\t=\t7\t}",
        "PROTECTnacre { cache.entries = 5 }\nnacre { cache { leases = 3 }, queue = 7 }",
        "PROTECTnacre.queue: 7 # a comment",
        "{ PROTECT nacre { queue = 7, }, }",
        "PROTECTnacre.\"queue\" = 7 // a comment",
        "PROTECT \"nacre\" : { \"queue\" : 7 }",
      })
  void readsWhatHoconAllows(String text) throws Exception {
    Files.writeString(file, text.replace("PROTECT", protect));

    assertThat(ConfigFile.read(file).start().queue()).isEqualTo(7);
  }

  @Test
  void mergesTheFilesOfADirectoryInTheirOrder() throws Exception {
    Files.writeString(file, protect + "nacre { queue = 1, rescan-queue = 1, exempt.uids = [1] }");
    addFile("20-b.conf", "nacre { queue = 3, exempt.uids += 3 }");
    addFile("10-a.conf", "nacre { queue = 2, rescan-queue = 2, exempt.uids += 2 }");
    addFile("30-c.conf.bak", "nacre.queue = 4");
    addFile(".hidden.conf", "nacre.queue = 5");

    Configuration read = ConfigFile.read(ConfigSource.of(file));

    assertThat(read.engine().start().queue()).isEqualTo(3);
    assertThat(read.engine().start().rescanQueue()).isEqualTo(2);
    assertThat(read.engine().policy().exempt().uids()).containsExactly(1, 2, 3);
    assertThat(read.origins().of("nacre.queue"))
        .isEqualTo(file.resolveSibling("conf.d/20-b.conf") + ":1");
    assertThat(read.origins().of("nacre.deadline")).isEqualTo("default");
    assertThat(read.warnings()).isEmpty();
  }

  @Test
  void warnsOfAFileThatReplacesTheProtectedPaths() throws Exception {
    Files.writeString(file, protect);
    Path more = addFile("10.conf", "\nnacre.protect = [\"/usr\"]");

    assertThat(ConfigFile.read(ConfigSource.of(file)).warnings())
        .extracting(ConfigProblem::line)
        .containsExactly(
            more
                + ":2: nacre.protect: warning: replaces the paths of "
                + file
                + ":1, which are not protected; += would add to them");
  }

  @Test
  void refusesAFileThatAnotherUserCouldChange() throws IOException {
    Files.writeString(file, protect);
    Path more = addFile("10.conf", "nacre.queue = 5");
    more.toFile().setWritable(true, false);

    assertThat(problems())
        .containsExactly(
            more
                + ": another user could change it: "
                + more
                + " can be written by others than its owner");
  }

  @Test
  void refusesAMainFileAndAnIncludedFileThatAnotherUserCouldChange() throws IOException {
    assumeTrue(ProcFs.effectiveUserOfSelf() == 0, "only root's engine has a hook to protect");
    Path included = Files.writeString(file.resolveSibling("included.conf"), "nacre.queue = 5");
    Files.writeString(file, protect + "\ninclude \"included.conf\"");
    file.toFile().setWritable(true, false);
    included.toFile().setWritable(true, false);

    assertThat(problems()).containsExactlyInAnyOrder(refusal(file), refusal(included));
  }

  private static String refusal(Path file) {
    return file
        + ": another user could change it: "
        + file
        + " can be written by others than its owner";
  }

  @Test
  void reportsTheProblemsOfAllFiles() throws IOException {
    Files.writeString(file, protect + "nacre.queue = 0");
    Path more = addFile("10.conf", "nacre.rescan-queue = x");

    assertThat(problems())
        .containsExactlyInAnyOrder(
            file + ":2: nacre.queue: must be from 1 to 1000000",
            more + ":1: nacre.rescan-queue: must be a whole number from 0 to 1000000, not x");
  }

  private Path addFile(String name, String text) throws IOException {
    Path conf = Files.createDirectories(file.resolveSibling("conf.d"));
    return Files.writeString(conf.resolve(name), text);
  }

  private List<String> problems() {
    return ConfigFile.reading(ConfigSource.of(file)).problems().stream()
        .map(ConfigProblem::line)
        .toList();
  }
}
