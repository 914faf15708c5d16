package io.nacre.engine.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nacre.linux.Fd;
import io.nacre.linux.file.MountTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AsyncCloserTest {
  private static final long NO_MOUNT = -1;

  @TempDir Path directory;

  private final AsyncCloser closer = new AsyncCloser(new MountTypes(() -> {}));

  @Test
  void closesElsewhereWhatMayWait() throws IOException {
    EventFile file = EventFile.open(Files.writeString(directory.resolve("f"), "content"));

    closer.close(new Fd(file.fd()), NO_MOUNT);

    await().until(() -> !file.isOpen());
  }

  @Test
  void isNotPromptWithWhatItKnowsNothingOf() {
    assertThat(closer.isPrompt(NO_MOUNT)).isFalse();
    assertThat(closer.isPrompt(Long.MAX_VALUE)).isFalse();
  }
}
