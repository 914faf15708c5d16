package io.nacre.linux.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.nacre.linux.MalformedRecordException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Whatever the kernel wrote, the decoder says that it is malformed or gives names of files. */
class DirectoryEntriesFuzz {

  @FuzzTest
  void givesOnlyNamesThatWereRead(byte[] read) {
    DirectoryEntries entries = new DirectoryEntries();
    entries.over(ByteBuffer.wrap(read).order(ByteOrder.nativeOrder()), read.length);
    int taken = 0;
    try {
      while (entries.next()) {
        String name = new String(entries.name(), StandardCharsets.ISO_8859_1);
        assertThat(name).doesNotContain("\0");
        assertThat(entries.isDot()).isEqualTo(name.equals(".") || name.equals(".."));
        assertThat(entries.isDirectory() && entries.isRegular()).isFalse();
        assertThat(entries.mayBeDirectory() || !entries.isDirectory()).isTrue();
        taken += DirectoryEntries.HEADER_SIZE + name.length();
      }
    } catch (MalformedRecordException refused) {
      // As it should be; what came before it counts.
    }
    assertThat(taken).isLessThanOrEqualTo(read.length);
  }
}
