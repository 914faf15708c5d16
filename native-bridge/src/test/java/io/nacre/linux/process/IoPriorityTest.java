package io.nacre.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nacre.linux.ErrnoException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class IoPriorityTest {

  @Test
  void hasAThreadReadWhenNoOtherDoes() throws Exception {
    CompletableFuture<Optional<ErrnoException>> set = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                IoPriority.setIdle();
                set.complete(Optional.empty());
              } catch (ErrnoException e) {
                set.complete(Optional.of(e));
              }
            });
    thread.start();

    assertThat(set.get()).isEmpty();
  }

  @Test
  void knowsTheCallOfEachProcessor() {
    assertThat(IoPriority.number("amd64")).isEqualTo(251);
    assertThat(IoPriority.number("aarch64")).isEqualTo(30);
    assertThatThrownBy(() -> IoPriority.number("sparc"))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
