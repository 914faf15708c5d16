package io.nacre.engine.watch.tree;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeferredEventsTest {
  private static final int CAPACITY = 4096;
  private static final byte[] NAME = {'a'};

  private final DeferredEvents deferred = new DeferredEvents();

  @Test
  void isEmptyAtFirst() {
    assertThat(deferred.isEmpty()).isTrue();
    assertThat(deferred.isFull()).isFalse();
    assertThat(deferred.isAnyIn(wd -> true)).isFalse();
  }

  @Test
  void looksAgainInTheOrderOfTheEvents() {
    deferred.add(2, NAME);
    deferred.add(1, "b".getBytes(ISO_8859_1));
    deferred.add(2, "c".getBytes(ISO_8859_1));

    assertThat(retried()).containsExactly("2/a", "1/b", "2/c");
    assertThat(deferred.isEmpty()).isTrue();
  }

  @Test
  void looksOnceForTheSameNameInTheSameDirectory() {
    deferred.add(1, NAME);
    deferred.add(1, NAME.clone());
    deferred.add(2, NAME);

    assertThat(retried()).containsExactly("1/a", "2/a");
  }

  @Test
  void keepsNamesThatAreNotUtf8() {
    byte[] name = {(byte) 0xff, (byte) 0xc3, 'a', (byte) 0x80};
    List<byte[]> looked = new ArrayList<>();
    deferred.add(1, name);

    deferred.retry((wd, retriedName) -> looked.add(retriedName));

    assertThat(looked).singleElement().isEqualTo(name);
  }

  @Test
  void keepsForTheNextTimeWhatIsAddedWhileItLooks() {
    deferred.add(1, NAME);

    deferred.retry(deferred::add);

    assertThat(deferred.isEmpty()).isFalse();
    assertThat(retried()).containsExactly("1/a");
  }

  @Test
  void knowsWhereItIsToLook() {
    deferred.add(3, NAME);

    assertThat(deferred.isAnyIn(wd -> wd == 3)).isTrue();
    assertThat(deferred.isAnyIn(wd -> wd == 4)).isFalse();
  }

  @Test
  void takesNoMoreThanItHasRoomFor() {
    for (int wd = 0; wd < CAPACITY; wd++) {
      assertThat(deferred.isFull()).isFalse();
      deferred.add(wd, NAME);
    }

    deferred.add(CAPACITY, NAME);

    assertThat(deferred.isFull()).isTrue();
    assertThat(retried()).hasSize(CAPACITY).doesNotContain(CAPACITY + "/a");
    assertThat(deferred.isFull()).isFalse();
  }

  @Test
  void forgetsAll() {
    deferred.add(1, NAME);

    deferred.clear();

    assertThat(deferred.isEmpty()).isTrue();
    assertThat(retried()).isEmpty();
  }

  private List<String> retried() {
    List<String> looked = new ArrayList<>();
    deferred.retry((wd, name) -> looked.add(wd + "/" + new String(name, ISO_8859_1)));
    return looked;
  }
}
