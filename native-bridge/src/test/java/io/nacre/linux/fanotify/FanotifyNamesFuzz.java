package io.nacre.linux.fanotify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.nacre.linux.MalformedRecordException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Whatever the kernel wrote, the decoder says that it is malformed or gives names of files. */
class FanotifyNamesFuzz {

  @FuzzTest
  void givesOnlyNamesThatWereRead(byte[] read) {
    FanotifyNames names = new FanotifyNames();
    names.over(ByteBuffer.wrap(read).order(ByteOrder.nativeOrder()), read.length);
    int copied = 0;
    try {
      while (names.next()) {
        names.mask();
        while (names.nextPlace()) {
          names.fsid();
          names.handleType();
          assertThat(names.isOldPlace() && names.isNewPlace()).isFalse();
          assertThat(names.name()).doesNotContain(0);
          copied += names.handle().length + names.name().length;
        }
      }
    } catch (MalformedRecordException refused) {
      // As it should be; what came before it counts.
    }
    assertThat(copied).isLessThanOrEqualTo(read.length);
  }
}
