package io.nacre.engine.cli.run;

import io.nacre.engine.Engine;
import io.nacre.engine.EngineContext;
import io.nacre.engine.config.ConfigFile;
import io.nacre.engine.config.ConfigurationException;
import io.nacre.engine.config.ConfigurationSource;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.json.Json;
import io.nacre.engine.ops.ServiceNotification;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.Poll;
import io.nacre.linux.fanotify.FanotifyEvents;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.FanotifyMask;
import io.nacre.linux.file.Directory;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A short run of an engine without privileges, so that the JVM can archive the classes that an
 * engine loads: a socket stands in for the kernel, and there is no clamd.
 */
final class ClassDataTraining {
  private static final int ANSWER_MILLIS = 2_000;

  private ClassDataTraining() {}

  /** Starts an engine, sends it two events, and stops it; leaves no files behind. */
  static void run() throws IOException, ConfigurationException, EngineStartException {
    Path stage = Files.createTempDirectory("nacre-training-");
    Path file = Files.writeString(stage.resolve("file"), "any contents");
    String configuration =
        Json.write(
            Map.of(
                "nacre",
                Map.of(
                    "protect", List.of(stage.toString()),
                    "clamd", Map.of("endpoints", List.of("unix:" + stage + "/none")),
                    "detection", Map.of("events", ""),
                    "control", Map.of("socket", stage + "/control"))));
    UnixSocket[] kernel = UnixSocket.pair();
    try (UnixSocket ours = kernel[0]) {
      Engine engine =
          Engine.startUnchecked(
              ConfigFile.parse(configuration, "training"),
              FanotifyGroup.over(kernel[1].fd()),
              new EngineContext(
                  detection -> {},
                  ServiceNotification.NONE,
                  ConfigurationSource.NONE,
                  System::nanoTime,
                  Optional.empty()));
      raiseEvent(ours, FanotifyMask.FAN_CLOSE_WRITE, stage, "file");
      raiseEvent(ours, FanotifyMask.FAN_OPEN_PERM, stage, "file");
      new Poll(ours.fd()).await(ANSWER_MILLIS);
      engine.status();
      engine.stop();
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(stage.resolve("control"));
      Files.deleteIfExists(stage);
    }
  }

  /** Sends an event of {@code file}, as the kernel would. */
  private static void raiseEvent(UnixSocket kernel, long mask, Path directory, String file)
      throws IOException {
    NativeBuffer event = new NativeBuffer(FanotifyEvents.METADATA_SIZE);
    try (Directory opened = Directory.open(bytes(directory.toString()))) {
      int fd = opened.openFile(bytes(file)).release(); // closed by the engine
      int init = 1; // any process but the engine
      FanotifyEvents.put(event.bytes(), 0, mask, fd, init);
    }
    kernel.send(event, 0, event.capacity());
  }

  private static byte[] bytes(String path) {
    return path.getBytes(StandardCharsets.UTF_8);
  }
}
