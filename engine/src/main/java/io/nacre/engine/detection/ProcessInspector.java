package io.nacre.engine.detection;

import io.nacre.engine.detection.record.ProcessDetails;
import io.nacre.engine.detection.record.UserNames;
import io.nacre.engine.log.Printable;
import io.nacre.engine.request.ProcessInfo;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads further facts about the process that opened a file, after the answer. The process may have
 * ended, and its number may belong to another one by then: only a process that was started before
 * the event was read is the same. May wait for that process's address space.
 */
final class ProcessInspector {
  private static final Path UPTIME = Path.of("/proc/uptime");
  private static final ThreadLocal<ProcFs> PROC = ThreadLocal.withInitial(ProcFs::new);

  /** Twice the unit of the start times that the kernel reports. */
  private static final Duration SLACK = Duration.ofMillis(20);

  private static final long MILLIS_PER_TICK = 10;

  private ProcessInspector() {}

  /**
   * Returns the details of {@code process}; of its user alone if it has ended.
   *
   * @param age the time since its event was read
   */
  static ProcessDetails inspect(ProcessInfo process, Duration age) {
    ProcFs proc = PROC.get();
    Optional<ControlGroup> group = ControlGroup.of(proc.cgroups(process.pid()));
    byte[] commandLine = proc.commandLine(process.pid());
    if (!isStill(process, age, proc)) { // checked last, so that it holds for all of the above
      return ofUser(process);
    }
    return new ProcessDetails(
        ofUser(process).user(),
        Optional.of(text(commandLine)).filter(text -> !text.isEmpty()),
        group.map(ControlGroup::path).map(Printable::of),
        group.flatMap(ControlGroup::container).map(Printable::of),
        group.flatMap(ControlGroup::unit).map(Printable::of));
  }

  /** Returns the details that need no look at the process. */
  static ProcessDetails ofUser(ProcessInfo process) {
    Optional<String> user =
        process.uid().isPresent() ? UserNames.of(process.uid().getAsInt()) : Optional.empty();
    ProcessDetails none = ProcessDetails.UNKNOWN;
    return new ProcessDetails(
        user, none.commandLine(), none.cgroup(), none.container(), none.unit());
  }

  private static boolean isStill(ProcessInfo process, Duration age, ProcFs proc) {
    long started = proc.startedAt(process.pid()) * MILLIS_PER_TICK;
    boolean wasThere = started > 0 && started <= uptimeMillis() - age.minus(SLACK).toMillis();
    return wasThere
        && process
            .program()
            .equals(
                proc.program(process.pid()).or(() -> proc.name(process.pid()))); // no other exec
  }

  private static long uptimeMillis() {
    try {
      String uptime = Files.readString(UPTIME);
      return (long) (Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) * 1_000);
    } catch (IOException | RuntimeException e) {
      return 0; // then no process counts as the same
    }
  }

  private static String text(byte[] commandLine) {
    int length = commandLine.length;
    while (length > 0 && commandLine[length - 1] == 0) {
      length--;
    }
    byte[] blanks = new byte[length];
    for (int i = 0; i < length; i++) {
      blanks[i] = commandLine[i] == 0 ? (byte) ' ' : commandLine[i];
    }
    return Printable.of(blanks);
  }
}
