package io.nacre.linux.fanotify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.nacre.linux.MalformedRecordException;
import io.nacre.linux.RecordCursor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Whatever the kernel wrote, the decoder says that it is malformed or stays within it. */
class FanotifyEventsFuzz {

  @FuzzTest
  void staysWithinWhatWasRead(byte[] read) {
    FanotifyEvents events = new FanotifyEvents();
    RecordCursor records = new RecordCursor();
    events.over(ByteBuffer.wrap(read).order(ByteOrder.nativeOrder()), read.length);
    int end = 0;
    try {
      while (events.next()) {
        events.mask();
        events.fd();
        events.pid();
        events.records(records);
        int recordsStart = records.end();
        int recordsEnd = recordsStart + records.left();
        assertThat(recordsStart).isGreaterThanOrEqualTo(end + FanotifyEvents.METADATA_SIZE);
        assertThat(recordsEnd).isBetween(recordsStart, read.length);
        end = recordsEnd;
      }
      assertThat(end).isEqualTo(read.length);
    } catch (MalformedRecordException refused) {
      assertThat(end).isLessThan(read.length);
    }
  }
}
