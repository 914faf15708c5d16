package io.nacre.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Pointer;
import org.junit.jupiter.api.Test;

class PathBufferTest {

  @Test
  void holdsThePathAsCExpectsIt() {
    assertThat(string(PathBuffer.address(bytes("/srv/\u00ff")))).isEqualTo("/srv/\u00ff");
    assertThat(string(PathBuffer.address(new byte[0]))).isEmpty();
  }

  @Test
  void forgetsALongerPathBeforeIt() {
    PathBuffer.address(bytes("/a/long/path"));

    assertThat(string(PathBuffer.address(bytes("/b")))).isEqualTo("/b");
  }

  @Test
  void isTheSameMemoryForEveryCallOfAThread() {
    assertThat(PathBuffer.address(bytes("/a"))).isEqualTo(PathBuffer.address(bytes("/b")));
  }

  @Test
  void isAnotherThreadsOwnMemoryThere() throws InterruptedException {
    long ours = PathBuffer.address(bytes("/ours"));
    Thread other = new Thread(() -> PathBuffer.address(bytes("/theirs")));

    other.start();
    other.join(10_000);

    assertThat(string(ours)).isEqualTo("/ours");
  }

  @Test
  void leavesAPathThatIsTooLongTooLong() {
    assertThat(string(PathBuffer.address(bytes("x".repeat(5000))))).isEqualTo("x".repeat(4096));
    assertThat(string(PathBuffer.address(bytes("x".repeat(4095))))).hasSize(4095);
  }

  private static byte[] bytes(String path) {
    return path.getBytes(ISO_8859_1);
  }

  private static String string(long address) {
    return new Pointer(address).getString(0, "ISO-8859-1");
  }
}
