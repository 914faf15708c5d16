package io.nacre.engine.watch.tree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeferredEventsTest {
  private static final int CAPACITY = 4096;
  private static final byte[] NAME = {'a'};

  private final DeferredEvents unplaced = new DeferredEvents();

  @Test
  void isEmptyAtFirst() {
    assertThat(unplaced.isEmpty()).isTrue();
    assertThat(unplaced.isFull()).isFalse();
    assertThat(unplaced.anyIn(wd -> true)).isFalse();
  }

  @Test
  void looksAgainInTheOrderOfTheEvents() {
    unplaced.add(2, NAME);
    unplaced.add(1, "b".getBytes(ISO_8859_1));
    unplaced.add(2, "c".getBytes(ISO_8859_1));

    assertThat(retried()).containsExactly("2/a", "1/b", "2/c");
    assertThat(unplaced.isEmpty()).isTrue();
  }

  @Test
  void looksOnceForTheSameNameInTheSameDirectory() {
    unplaced.add(1, NAME);
    unplaced.add(1, NAME.clone());
    unplaced.add(2, NAME);

    assertThat(retried()).containsExactly("1/a", "2/a");
  }

  @Test
  void keepsNamesThatAreNotUtf8() {
    byte[] name = {(byte) 0xff, (byte) 0xc3, 'a', (byte) 0x80};
    List<byte[]> looked = new ArrayList<>();
    unplaced.add(1, name);

    unplaced.retry((wd, retriedName) -> looked.add(retriedName));

    assertThat(looked).singleElement().isEqualTo(name);
  }

  @Test
  void keepsForTheNextTimeWhatIsAddedWhileItLooks() {
    unplaced.add(1, NAME);

    unplaced.retry(unplaced::add);

    assertThat(unplaced.isEmpty()).isFalse();
    assertThat(retried()).containsExactly("1/a");
  }

  @Test
  void knowsWhereItIsToLook() {
    unplaced.add(3, NAME);

    assertThat(unplaced.anyIn(wd -> wd == 3)).isTrue();
    assertThat(unplaced.anyIn(wd -> wd == 4)).isFalse();
  }

  @Test
  void takesNoMoreThanItHasRoomFor() {
    for (int wd = 0; wd < CAPACITY; wd++) {
      assertThat(unplaced.isFull()).isFalse();
      unplaced.add(wd, NAME);
    }

    unplaced.add(CAPACITY, NAME);

    assertThat(unplaced.isFull()).isTrue();
    assertThat(retried()).hasSize(CAPACITY).doesNotContain(CAPACITY + "/a");
    assertThat(unplaced.isFull()).isFalse();
  }

  @Test
  void forgetsAll() {
    unplaced.add(1, NAME);

    unplaced.clear();

    assertThat(unplaced.isEmpty()).isTrue();
    assertThat(retried()).isEmpty();
  }

  private List<String> retried() {
    List<String> looked = new ArrayList<>();
    unplaced.retry((wd, name) -> looked.add(wd + "/" + new String(name, ISO_8859_1)));
    return looked;
  }
}
