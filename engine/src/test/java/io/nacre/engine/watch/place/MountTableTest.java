package io.nacre.engine.watch.place;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.nacre.linux.NativeBuffer;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountTableTest {
  /** The example of proc(5). */
  private static final String LINE =
      "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue";

  private static final Mount MOUNT =
      new Mount(
          36, "98:0", PathBytes.of("/mnt1"), PathBytes.of("/mnt2"), "ext3", "rw,errors=continue");

  @Test
  void understandsALine() {
    assertThat(MountTable.parse(LINE + "\n").byId(36)).contains(MOUNT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "shared:1 ", "shared:1 master:2 propagate_from:3 unbindable "})
  void doesNotMindHowManyOptionalFieldsThereAre(String tags) {
    MountTable mounts = MountTable.parse(LINE.replace("master:1 ", tags));

    assertThat(mounts.byId(36)).contains(MOUNT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", "//server/share", "a\\040-\\040b"})
  void doesNotMindWhatTheSourceIs(String source) {
    MountTable mounts = MountTable.parse(LINE.replace("/dev/root", source));

    assertThat(mounts.byId(36)).contains(MOUNT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "/a\\040b|/a b",
        "/a\\011b|/a\tb",
        "/a\\134b|/a\\b",
        "/a\\134040b|/a\\040b",
        "/\\040-\\040/x|/ - /x",
        "/\\056\\056|/..",
      })
  void readsOctalDigitsInPaths(String printed, String meant) {
    MountTable mounts = MountTable.parse("1 0 8:1 " + printed + " " + printed + " rw - ext4 x rw");

    assertThat(mounts.byId(1).orElseThrow())
        .returns(PathBytes.of(meant), Mount::root)
        .returns(PathBytes.of(meant), Mount::point);
  }

  @Test
  void readsANewlineInAPath() {
    assertThat(point("/a\\012b")).isEqualTo(PathBytes.of("/a\nb"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a\\", "/a\\0", "/a\\04", "/a\\400", "/a\\08b", "/a\\x40", "/a\\ b\\"})
  void leavesABackslashThatIsNoEscapeAsItIs(String printed) {
    String withoutBlank = printed.replace(" ", "");

    assertThat(point(withoutBlank)).isEqualTo(PathBytes.of(withoutBlank));
  }

  @Test
  void takesEachCharacterForAByte() {
    PathBytes point = point("/caf\u00e9\\303\\251");

    assertThat(point.bytes()).isEqualTo("/caf\u00e9\u00c3\u00a9".getBytes(ISO_8859_1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "36",
        "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1",
        "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 -",
        "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3",
        "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root",
        "36 35 98:0 - ext3 /dev/root rw",
        "x 35 98:0 /mnt1 /mnt2 rw - ext3 /dev/root rw",
        "-1 35 98:0 /mnt1 /mnt2 rw - ext3 /dev/root rw",
        "36 35 98:0 /mnt1 /mnt2 rw master:1- ext3 /dev/root rw",
        "99999999999999999999 35 98:0 /mnt1 /mnt2 rw - ext3 /dev/root rw",
        "- - - - - - - - - -",
      })
  void passesOverALineThatItDoesNotUnderstand(String line) {
    MountTable mounts = MountTable.parse(line + "\n" + LINE + "\n" + line);

    assertThat(mounts.below(PathBytes.ROOT)).containsExactly(MOUNT);
  }

  @Test
  void keepsWhatStandsBeforeTheEndIfTheTextIsCutAnywhere() {
    String text = LINE + "\n37 35 0:4 / /mnt3 rw - proc proc rw";

    for (int end = LINE.length(); end < text.length(); end++) {
      assertThat(MountTable.parse(text.substring(0, end)).byId(36)).contains(MOUNT);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void throwsNothingWhateverTheTextIs(long seed) {
    Random random = new Random(seed);
    String alphabet = " -\\01278/:a\n\u00ff";

    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder(i % 2 == 0 ? "" : LINE);
      for (int change = 0; change < 40; change++) {
        int at = random.nextInt(text.length() + 1);
        text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThatCode(() -> MountTable.parse(text.toString())).doesNotThrowAnyException();
    }
  }

  @Test
  void knowsNoMountThatIsNotThere() {
    assertThat(MountTable.parse(LINE).byId(35)).isEmpty();
    assertThat(MountTable.parse("").byId(36)).isEmpty();
  }

  @Test
  void knowsTheMountsBelowAPathInTheOrderOfTheKernel() {
    MountTable mounts =
        MountTable.parse(
            """
            1 0 8:1 / / rw - ext4 x rw
            2 1 8:2 / /srv rw - ext4 x rw
            3 2 8:3 / /srv/b rw - ext4 x rw
            4 2 8:4 / /srv/a rw - ext4 x rw
            5 1 8:5 / /srv2 rw - ext4 x rw
            6 4 8:6 / /srv/a rw - ext4 x rw
            """);

    assertThat(mounts.below(PathBytes.of("/srv")))
        .extracting(Mount::id)
        .containsExactly(3L, 4L, 6L);
    assertThat(mounts.below(PathBytes.ROOT))
        .extracting(Mount::id)
        .containsExactly(2L, 3L, 4L, 5L, 6L);
    assertThat(mounts.below(PathBytes.of("/srv/a"))).isEmpty();
  }

  @Test
  void knowsEveryMountOfAFileSystem() {
    MountTable mounts =
        MountTable.parse(
            """
            1 0 8:1 / / rw - ext4 x rw
            2 1 8:10 / /srv rw - ext4 x rw
            3 1 8:1 /home /srv/home rw - ext4 x rw
            """);

    assertThat(mounts.ofDevice("8:1")).extracting(Mount::id).containsExactly(1L, 3L);
    assertThat(mounts.ofDevice("8:2")).isEmpty();
  }

  @Test
  void readsTheMountsOfThisMachine() throws IOException {
    MountTable mounts = MountTable.read();

    long id = new Statx().probeMountinfoId(cString("/proc/self")).mountId();
    assertThat(mounts.byId(id).orElseThrow())
        .returns("proc", Mount::type)
        .returns(PathBytes.of("/proc"), Mount::point)
        .returns(true, Mount::isPseudo);
  }

  private static NativeBuffer cString(String path) {
    return NativeBuffer.cString(PathBytes.of(path).bytes());
  }

  private static PathBytes point(String printed) {
    return MountTable.parse("1 0 8:1 / " + printed + " rw - ext4 x rw")
        .byId(1)
        .orElseThrow()
        .point();
  }
}
