package io.nacre.linux.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.nacre.linux.Errno;
import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.fixture.PrivateTmpfs;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MountedTypeIT {
  private static final long PROC = 0x9fa0;

  private final Statx statx = new Statx();
  private final MountedType mountedType = new MountedType();

  @BeforeEach
  void assumeKnown() throws ErrnoException {
    try (Fd root = Opened.file(Path.of("/"))) {
      assumeThat(statx.read(root.number()).uniqueMountId()).as("needs Linux 6.8").isPositive();
    }
  }

  @Test
  void tellsATmpfs() throws Exception {
    PrivateTmpfs.assumeAllowed();
    try (PrivateTmpfs tmpfs = PrivateTmpfs.mount()) {
      assertThat(typeOf(tmpfs.file("f", "content"))).isEqualTo(MountedType.TMPFS);
    }
  }

  @Test
  void tellsWhatIsMountedWhereTheFileIs() throws ErrnoException {
    assertThat(typeOf(Path.of("/proc/self/status"))).isEqualTo(PROC);
  }

  @Test
  void knowsNoMountThatIsGone() throws Exception {
    PrivateTmpfs.assumeAllowed();
    PrivateTmpfs tmpfs = PrivateTmpfs.mount();
    long mountId = mountOf(tmpfs.root());
    tmpfs.close();

    assertThatThrownBy(() -> mountedType.of(mountId))
        .asInstanceOf(type(ErrnoException.class))
        .returns("statmount", ErrnoException::call)
        .returns(Errno.ENOENT, ErrnoException::errno);
  }

  private long typeOf(Path path) throws ErrnoException {
    return mountedType.of(mountOf(path));
  }

  private long mountOf(Path path) throws ErrnoException {
    try (Fd file = Opened.file(path)) {
      return statx.read(file.number()).uniqueMountId();
    }
  }
}
