package io.nacre.linux.inotify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.nacre.linux.MalformedRecordException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Whatever the kernel wrote, the decoder says that it is malformed or gives names of files. */
class InotifyEventsFuzz {

  @FuzzTest
  void givesOnlyNamesThatWereRead(byte[] read) {
    InotifyEvents events = new InotifyEvents();
    events.over(ByteBuffer.wrap(read).order(ByteOrder.nativeOrder()), read.length);
    int taken = 0;
    try {
      while (events.next()) {
        events.wd();
        events.mask();
        events.cookie();
        assertThat(events.name()).doesNotContain(0);
        taken += InotifyEvents.HEADER_SIZE + events.name().length;
      }
    } catch (MalformedRecordException refused) {
      // As it should be; what came before it counts.
    }
    assertThat(taken).isLessThanOrEqualTo(read.length);
  }
}
