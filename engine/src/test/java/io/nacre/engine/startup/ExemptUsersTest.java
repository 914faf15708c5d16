package io.nacre.engine.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nacre.engine.config.PolicyConfig.Exempt;
import io.nacre.engine.context.EngineStartException;
import io.nacre.engine.context.ExitCode;
import io.nacre.engine.policy.Exemptions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExemptUsersTest {

  @Test
  void exemptNoUserIfNoneIsNamed() throws Exception {
    assertThat(ExemptUsers.resolve(new Exempt(List.of(), List.of(), false, List.of())).isEmpty())
        .isTrue();
  }

  @Test
  void areFoundByNameAndByNumber() throws Exception {
    Exemptions exemptions =
        ExemptUsers.resolve(new Exempt(List.of("root"), List.of(7, 8), false, List.of()));

    assertThat(exemptions).isEqualTo(new Exemptions(Set.of(0, 7, 8)));
  }

  @Test
  void includeRootIfAsked() throws Exception {
    assertThat(ExemptUsers.resolve(new Exempt(List.of(), List.of(), true, List.of())))
        .isEqualTo(new Exemptions(Set.of(0)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-such-user", "", "--help", "-u"})
  void areRefusedIfTheyDoNotExist(String name) {
    EngineStartException refused =
        catchThrowableOfType(
            EngineStartException.class,
            () -> ExemptUsers.resolve(new Exempt(List.of(name), List.of(), false, List.of())));

    assertThat(refused).hasMessage("nacre.exempt.users: there is no user " + name);
    assertThat(refused.exitCode()).isEqualTo(ExitCode.CONFIGURATION);
  }
}
