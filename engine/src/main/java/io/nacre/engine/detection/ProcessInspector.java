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
 * Looks at the process that opened a file once it was answered, if it still is that process: its
 * number is used again, but not by one that was there when the event was read. May wait for that
 * process's memory.
 */
final class ProcessInspector {
  private static final Path UPTIME = Path.of("/proc/uptime");
  private static final ThreadLocal<ProcFs> PROC = ThreadLocal.withInitial(ProcFs::new);

  /** Twice the step in which the kernel tells when a process was started. */
  private static final Duration SLACK = Duration.ofMillis(20);

  private static final long MILLIS_PER_TICK = 10;

  private ProcessInspector() {}

  /**
   * Returns what there is to say of {@code opener}.
   *
   * @param age how long ago its event was read
   */
  static ProcessDetails at(ProcessInfo opener, Duration age) {
    ProcFs proc = PROC.get();
    Optional<ControlGroup> group = ControlGroup.of(proc.cgroups(opener.pid()));
    byte[] commandLine = proc.commandLine(opener.pid());
    if (!isStill(opener, age, proc)) { // asked last, so that it holds for all of the above
      return ofUser(opener);
    }
    return new ProcessDetails(
        ofUser(opener).user(),
        Optional.of(text(commandLine)).filter(text -> !text.isEmpty()),
        group.map(ControlGroup::path).map(Printable::of),
        group.flatMap(ControlGroup::container).map(Printable::of),
        group.flatMap(ControlGroup::unit).map(Printable::of));
  }

  /** Returns what can be said without a look at the process. */
  static ProcessDetails ofUser(ProcessInfo opener) {
    Optional<String> user =
        opener.uid().isPresent() ? UserNames.of(opener.uid().getAsInt()) : Optional.empty();
    ProcessDetails none = ProcessDetails.UNKNOWN;
    return new ProcessDetails(
        user, none.commandLine(), none.cgroup(), none.container(), none.unit());
  }

  private static boolean isStill(ProcessInfo opener, Duration age, ProcFs proc) {
    long started = proc.startedAt(opener.pid()) * MILLIS_PER_TICK;
    boolean wasThere = started > 0 && started <= uptimeMillis() - age.minus(SLACK).toMillis();
    return wasThere
        && opener
            .program()
            .equals(proc.program(opener.pid()).or(() -> proc.name(opener.pid()))); // no other exec
  }

  private static long uptimeMillis() {
    try {
      String uptime = Files.readString(UPTIME);
      return (long) (Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) * 1_000);
    } catch (IOException | RuntimeException e) {
      return 0; // so that nobody is believed to be the same
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
