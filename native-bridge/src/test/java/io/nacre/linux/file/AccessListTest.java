package io.nacre.linux.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessListTest {
  /**
   * Entries as {@code tag:perm:id}: 1 owner, 2 a user, 4 the group, 8 a group, 16 mask, 32 others.
   */
  private static final String SET =
      """
      import os, struct, sys
      acl = struct.pack("<I", 2)
      for entry in sys.argv[2:]:
          acl += struct.pack("<HHI", *[int(field) for field in entry.split(":")])
      os.setxattr(sys.argv[1], "system.posix_acl_access", acl)
      """;

  private static final String NO_ID = ":4294967295";

  @TempDir private Path directory;

  private final AccessList list = new AccessList();

  @Test
  void grantsNothingWithoutAList() throws Exception {
    assertThat(grantsWriteToOthers(Files.createFile(directory.resolve("file")))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "4, 4, 4, false", // only the owner writes
    "6, 4, 6, true", // a user does
    "4, 6, 6, true", // a group does
    "6, 4, 4, true", // the mask forbids it, until a chmod changes the mask
  })
  void seesWritersBesidesTheOwner(int user, int group, int mask, boolean expected)
      throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    set(
        file,
        "1:6" + NO_ID,
        "2:" + user + ":7",
        "4:4" + NO_ID,
        "8:" + group + ":7",
        "16:" + mask + NO_ID,
        "32:4" + NO_ID);

    assertThat(grantsWriteToOthers(file)).isEqualTo(expected);
  }

  private void set(Path file, String... entries) throws IOException, InterruptedException {
    String[] command = new String[entries.length + 4];
    command[0] = "python3";
    command[1] = "-c";
    command[2] = SET;
    command[3] = file.toString();
    System.arraycopy(entries, 0, command, 4, entries.length);
    Process python = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exitCode = python.waitFor();
    assumeTrue(!said.contains("not supported"), "a file system without access control lists");
    assertThat(exitCode).as(said).isZero();
  }

  private boolean grantsWriteToOthers(Path file) throws ErrnoException {
    try (Fd fd = Opened.file(file)) {
      return list.grantsWriteToOthers(fd.number());
    }
  }
}
