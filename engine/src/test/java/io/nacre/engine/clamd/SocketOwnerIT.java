package io.nacre.engine.clamd;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.fixture.PrivateMount;
import io.nacre.engine.fixture.clamd.RealClamd;
import io.nacre.linux.process.ProcFs;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SocketOwnerIT {

  @Test
  void isTheClamdThatHasTheSocket() throws IOException {
    ProcFs procFs = new ProcFs();
    try (PrivateMount mount = PrivateMount.mount("tmpfs");
        RealClamd clamd = RealClamd.in(mount.outside().resolve("clamd"));
        RealClamd other = RealClamd.in(mount.outside().resolve("other"))) {
      clamd.start();
      other.start();

      assertThat(SocketOwner.find(clamd.socket().toString(), procFs)).isEqualTo((int) clamd.pid());
      assertThat(SocketOwner.find(clamd.socket() + ".none", procFs)).isZero();

      clamd.kill();
      assertThat(SocketOwner.find(clamd.socket().toString(), procFs)).isZero();
    }
  }
}
