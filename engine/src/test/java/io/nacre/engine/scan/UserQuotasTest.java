package io.nacre.engine.scan;

import static io.nacre.engine.scan.Requests.SMALL;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserQuotasTest {
  private static final int LIGHT = 1;
  private static final int HEAVY = 2;

  private final Requests requests = new Requests();
  private final UserQuotas quotas = new UserQuotas();

  @Test
  void shedTheYoungestOfTheHeaviest() {
    add(HEAVY);
    add(HEAVY);
    PendingScan youngest = add(HEAVY);
    add(LIGHT);

    assertThat(quotas.toShedFor(LIGHT)).contains(youngest);
    assertThat(quotas.toShedFor(9)).as("a user with none yet").contains(youngest);
  }

  @Test
  void shedNothingForTheHeaviest() {
    add(HEAVY);
    add(HEAVY);
    add(LIGHT);

    assertThat(quotas.toShedFor(HEAVY)).isEmpty();
    assertThat(quotas.toShedFor(LIGHT)).as("a user that would then have as many").isEmpty();
  }

  @Test
  void shedNothingWhenTheyAreEmpty() {
    assertThat(quotas.toShedFor(LIGHT)).isEmpty();
  }

  @Test
  void removeOne() {
    PendingScan first = add(HEAVY);
    PendingScan second = add(HEAVY);
    PendingScan third = add(HEAVY);

    assertThat(quotas.remove(third)).isTrue();
    assertThat(quotas.remove(third)).isFalse();

    assertThat(quotas.size()).isEqualTo(2);
    assertThat(quotas.toShedFor(LIGHT)).contains(second);
    quotas.remove(second);
    assertThat(quotas.toShedFor(LIGHT)).isEmpty();
    assertThat(quotas.remove(first)).isTrue();
    assertThat(quotas.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void countAsAListWould(long seed) {
    Random random = new Random(seed);
    List<PendingScan> inside = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      if (random.nextInt(3) > 0 || inside.isEmpty()) {
        inside.add(add(random.nextInt(6)));
      } else {
        assertThat(quotas.remove(inside.remove(random.nextInt(inside.size())))).isTrue();
      }
      int newcomer = random.nextInt(8);
      var counts = inside.stream().collect(Collectors.groupingBy(PendingScan::user));
      int most = counts.values().stream().mapToInt(List::size).max().orElse(0);
      int own = counts.getOrDefault(newcomer, List.of()).size();

      assertThat(quotas.size()).isEqualTo(inside.size());
      assertThat(quotas.toShedFor(newcomer).isPresent()).isEqualTo(most > own + 1);
      quotas
          .toShedFor(newcomer)
          .ifPresent(
              pending -> {
                List<PendingScan> heaviest = counts.get(pending.user());
                assertThat(heaviest).hasSize(most).last().isEqualTo(pending);
              });
    }
  }

  private PendingScan add(int user) {
    PendingScan pending = requests.open(user, SMALL);
    quotas.add(pending);
    return pending;
  }
}
