package io.nacre.engine.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExemptionsTest {

  @Test
  void areEmptyIfNoUserIsExempt() {
    Exemptions none = new Exemptions(Set.of());

    assertThat(none.isEmpty()).isTrue();
    assertThat(none.exempts(0)).isFalse();
  }

  @Test
  void exemptTheirUsersAlone() {
    Exemptions exemptions = new Exemptions(Set.of(102, -2));

    assertThat(exemptions.isEmpty()).isFalse();
    assertThat(exemptions.exempts(102)).isTrue();
    assertThat(exemptions.exempts(-2)).isTrue(); // 4294967294 of the kernel
    assertThat(exemptions.exempts(0)).isFalse();
  }

  @Test
  void doNotChangeWithTheSetTheyWereMadeOf() {
    Set<Integer> uids = new HashSet<>(Set.of(1));
    Exemptions exemptions = new Exemptions(uids);

    uids.add(2);

    assertThat(exemptions.exempts(2)).isFalse();
  }
}
