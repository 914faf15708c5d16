package io.nacre.engine.detection.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.detection.record.Records;
import io.nacre.engine.fixture.DatagramSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectionSinksTest {
  @TempDir Path directory;

  private final List<DetectionRecord> received = new ArrayList<>();

  @Test
  void sendFieldsToJournald() throws IOException {
    Path socket = directory.resolve("journal");
    try (DatagramSocket journald = new DatagramSocket(socket.toString())) {
      new JournaldLog(socket).accept(Records.denied(), "denied /srv/f", "{}");

      assertThat(journald.receive().lines())
          .contains(
              "MESSAGE=denied /srv/f",
              "PRIORITY=4",
              "SYSLOG_IDENTIFIER=nacre",
              "NACRE_SIGNATURE=Eicar-Test-Signature",
              "NACRE_PATH=/srv/f",
              "NACRE_PID=7",
              "NACRE_PROGRAM=/usr/bin/ca\\x0at",
              "NACRE_USER=root",
              "NACRE_CONTAINER_ID=0123")
          .allMatch(line -> line.matches("[A-Z0-9_]+=.*"));
    }
  }

  @Test
  void sendLinesToSyslogAsTheCLibraryDoes() throws IOException {
    Path socket = directory.resolve("log");
    try (DatagramSocket syslog = new DatagramSocket(socket.toString())) {
      new SyslogLog(socket).accept(Records.denied(), "denied /srv/f", "{}");

      assertThat(syslog.receive())
          .matches("<28>Jan  2 \\d\\d:\\d\\d:05 nacre\\[\\d+]: denied /srv/f");
    }
  }

  @Test
  void appendJsonToAFileThatMayBeRotatedAtAnyTime() throws IOException {
    Path file = directory.resolve("nacre.json");
    JsonLog log = new JsonLog(file);

    log.accept(Records.denied(), "", "{1}");
    Files.move(file, directory.resolve("nacre.json.1"));
    log.accept(Records.denied(), "", "{2}");
    log.accept(Records.denied(), "", "{3}");

    assertThat(directory.resolve("nacre.json.1")).hasContent("{1}");
    assertThat(file).hasContent("{2}\n{3}\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .startsWith("rw-")
        .endsWith("---");
  }

  @Test
  void refuseToAppendJsonThroughASymbolicLink() throws IOException {
    Path victim = Files.writeString(directory.resolve("victim"), "");
    Path link = Files.createSymbolicLink(directory.resolve("nacre.json"), victim);

    assertThatThrownBy(() -> new JsonLog(link).accept(Records.denied(), "", "{}"))
        .isInstanceOf(IOException.class);
    assertThat(victim).isEmptyFile();
  }

  @Test
  void goOnAndCountWhenSomeFail() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    JournaldLog unreachable = new JournaldLog(directory.resolve("none"));
    EventStore store = new EventStore(file.resolve("below"), 1 << 20);
    DetectionSinks sinks =
        new DetectionSinks(
            Optional.of(store), received::add, List.of(unreachable), Optional.empty());

    sinks.accept(Records.denied(), 0);
    sinks.accept(Records.denied(), 0);

    assertThat(received).hasSize(2);
    assertThat(sinks.counts())
        .containsEntry("recorded", 0L)
        .containsEntry("not-recorded", 2L)
        .containsEntry("not-logged", 2L);
    assertThat(String.valueOf(sinks.counts().get("failing")))
        .contains("the record in " + file)
        .contains("journald at " + directory + "/none: sendto: No such file or directory");
    sinks.close();
  }

  @Test
  void useAFailedSinkAgainAsSoonAsItWorks() throws IOException {
    Path events = directory.resolve("events");
    Files.createDirectory(events);
    Files.setPosixFilePermissions(events, PosixFilePermissions.fromString("rwxrwxrwx"));
    DetectionSinks sinks =
        new DetectionSinks(
            Optional.of(new EventStore(events, 1 << 20)),
            received::add,
            List.of(),
            Optional.empty());
    sinks.accept(Records.denied(), 0);
    Files.setPosixFilePermissions(events, PosixFilePermissions.fromString("rwx------"));

    sinks.accept(Records.denied(), 0);

    assertThat(sinks.counts())
        .containsEntry("recorded", 1L)
        .containsEntry("not-recorded", 1L)
        .containsEntry("failing", List.of());
    sinks.close();
  }
}
