package io.nacre.engine.clamdconf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClamdConfTest {
  @TempDir Path temporary;

  private Path file;
  private final List<String> problems = new ArrayList<>();

  @BeforeEach
  void create() {
    file = temporary.resolve("clamd.conf");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "LogFile /var/log/x~/var/log/x",
        "LogFile\t  /var/log/x  ~/var/log/x",
        "  LogFile /var/log/x\r~/var/log/x",
        "LogFile /var/log/x # where~/var/log/x",
        "LogFile /a b  c#d~/a b  c",
        "LogFile \"/a # b\"~/a # b",
        "LogFile \"/a # b\" # c \"d\"~/a # b",
        "LogFile \" /a \"\t\r~ /a ",
        "LogFile say \"no\"~say \"no\"",
      })
  void takesALineApart(String line, String value) throws IOException {
    assertThat(read(line)).containsExactly(new Setting("LogFile", value, file, 1));
    assertThat(problems).isEmpty();
  }

  @Test
  void passesOverCommentsAndEmptyLines() throws IOException {
    assertThat(read("\n# a\n\r\n   \n\t# \"b\n#c\r\nUser x"))
        .containsExactly(new Setting("User", "x", file, 7));
    assertThat(problems).isEmpty();
  }

  @Test
  void takesLinesLongerThanClamdDoes() throws IOException {
    String path = "/" + "a".repeat(2_000);

    assertThat(read("OnAccessIncludePath " + path + "\n"))
        .hasSize(1)
        .first()
        .extracting(Setting::value)
        .isEqualTo(path);
    assertThat(read("User x # " + "a".repeat(70_000))).isEmpty();
    assertThat(problems).containsExactly(file + ":1: a line has at most 65536 bytes");
  }

  @Test
  void takesAnyBytesInACommentAndNoneButUtf8InAValue() throws IOException {
    Files.write(
        file,
        "User x # \u00e9\nUser \u00e9\nUser \"#\u00e9\"\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(ClamdConf.read(file, problems::add).settings())
        .containsExactly(new Setting("User", "x", file, 1));
    assertThat(problems).containsExactly(file + ":2: is not UTF-8", file + ":3: is not UTF-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "LogFile~LogFile: has no value; it is written: LogFile VALUE",
        "LogFile # x~LogFile: has no value; it is written: LogFile VALUE",
        "LogFile \"/a~LogFile: the quote is not closed",
        "LogFile \"/a\" b~LogFile: something stands behind the closing quote",
        "LogFile \"\"~LogFile: the value between quotes is empty",
        "Example~Example: the file is as it was delivered; edit it, and take this line away",
        "Exampel x~Exampel: is no option of clamd",
        "OnAccessPreventoin yes~OnAccessPreventoin: is no option of clamd; did you mean OnAccessPrevention?",
        "onaccessprevention yes~onaccessprevention: is no option of clamd; did you mean OnAccessPrevention?",
        "LogTime maybe~LogTime: must be yes, true, 1, no, false or 0, not maybe",
        "MaxThreads -1~MaxThreads: must be a whole number from 0 to 2147483647, not -1",
        "MaxThreads 10L~MaxThreads: must be a whole number from 0 to 2147483647, not 10L",
        "MaxThreads 2147483648~MaxThreads: must be a whole number from 0 to 2147483647, not 2147483648",
        "MaxFileSize 5T~'MaxFileSize: must be a size in bytes, or with K, M or G behind it: 25M, not 5T'",
        "MaxFileSize 999999999999999999G~'MaxFileSize: must be a size in bytes, or with K, M or G behind it: 25M, not 999999999999999999G'",
      })
  void saysWhatIsWrongAndWhere(String line, String problem) throws IOException {
    assertThat(read("# first\n" + line + "\n")).isEmpty();
    assertThat(problems).containsExactly(file + ":2: " + problem);
  }

  @Test
  void saysAllThatIsWrong() throws IOException {
    read("Foo 1\nUser x\nBar\nLogTime 2\n");

    assertThat(problems).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "YES", "true", "1", "no", "False", "0"})
  void knowsTruthInAnyCase(String value) throws IOException {
    assertThat(read("OnAccessPrevention " + value)).hasSize(1);
  }

  @Test
  void readsWhatIsNoFile() {
    ClamdConf.read(temporary, problems::add);
    ClamdConf.read(file, problems::add);

    assertThat(problems)
        .containsExactly(temporary + ": is no regular file", file + ": is not there");
  }

  private List<Setting> read(String text) throws IOException {
    Files.writeString(file, text);
    return ClamdConf.read(file, problems::add).settings();
  }
}
