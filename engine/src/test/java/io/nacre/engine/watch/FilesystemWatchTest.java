package io.nacre.engine.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.request.FakeKernel;
import io.nacre.linux.ErrnoException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesystemWatchTest {
  private final Coverage coverage = new Coverage();

  @TempDir Path directory;

  @Test
  void saysThatAPathIsMissing() throws ErrnoException {
    String missing = directory.resolve("none").toString();
    try (FakeKernel kernel = FakeKernel.open()) {
      FilesystemWatch.protect(missing, new Marks(kernel.group(), true), coverage);
    }

    assertThat(coverage.entries())
        .singleElement()
        .returns(missing, Coverage.Entry::path)
        .returns(Coverage.State.MISSING, Coverage.Entry::state)
        .returns("filesystem", Coverage.Entry::strategy)
        .extracting(Coverage.Entry::problems)
        .asString()
        .contains("No such file or directory");
  }

  @Test
  void saysThatAMarkWasRefused() throws ErrnoException {
    try (FakeKernel kernel = FakeKernel.open()) { // which is no group, and marks nothing
      FilesystemWatch.protect(directory.toString(), new Marks(kernel.group(), true), coverage);
    }

    assertThat(coverage.entries())
        .singleElement()
        .returns(1, Coverage.Entry::problemCount)
        .extracting(Coverage.Entry::problems)
        .asString()
        .contains("fanotify_mark");
  }
}
