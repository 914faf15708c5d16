package io.nacre.engine.scan.ondemand;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineLoadTest {
  @TempDir private Path proc;

  private final AtomicLong nanos = new AtomicLong();

  @Test
  void isBusyUntilItWasSeenAtRest() throws IOException {
    pressure(0, 0);
    MachineLoad load = new MachineLoad(proc, nanos::get);

    assertThat(load.isBusy()).isTrue();
    aSecondLater();
    assertThat(load.isBusy()).isFalse();
  }

  @Test
  void isBusyWhenTasksWaitAFifthOfTheTime() throws IOException {
    pressure(1_000, 1_000);
    MachineLoad load = new MachineLoad(proc, nanos::get);

    pressure(101_000, 102_000);
    aSecondLater();
    assertThat(load.isBusy()).isTrue();

    pressure(151_000, 152_000);
    aSecondLater();
    assertThat(load.isBusy()).isFalse();
  }

  @Test
  void goesByTheLoadWhereThereIsNoPressure() throws IOException {
    Files.writeString(proc.resolve("loadavg"), "1000.00 0.05 0.01 1/345 12345\n");
    MachineLoad load = new MachineLoad(proc, nanos::get);
    aSecondLater();
    assertThat(load.isBusy()).isTrue();

    Files.writeString(proc.resolve("loadavg"), "0.00 0.05 0.01 1/345 12345\n");
    aSecondLater();
    assertThat(load.isBusy()).isFalse();
  }

  @Test
  void isBusyWhereNothingIsKnown() {
    MachineLoad load = new MachineLoad(proc, nanos::get);
    aSecondLater();

    assertThat(load.isBusy()).isTrue();
  }

  private void pressure(long cpu, long io) throws IOException {
    Files.createDirectories(proc.resolve("pressure"));
    write("cpu", cpu);
    write("io", io);
  }

  private void write(String resource, long total) throws IOException {
    Files.writeString(
        proc.resolve("pressure").resolve(resource),
        "some avg10=0.00 avg60=0.00 avg300=0.00 total="
            + total
            + "\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
  }

  private void aSecondLater() {
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
  }
}
