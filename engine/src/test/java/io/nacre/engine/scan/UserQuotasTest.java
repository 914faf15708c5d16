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
  private final UserQuotas shares = new UserQuotas();

  @Test
  void haveTheYoungestOfTheHeaviestGiveWay() {
    add(HEAVY);
    add(HEAVY);
    PendingScan youngest = add(HEAVY);
    add(LIGHT);

    assertThat(shares.inTheWayOf(LIGHT)).contains(youngest);
    assertThat(shares.inTheWayOf(9)).as("who has nothing yet").contains(youngest);
  }

  @Test
  void haveNobodyGiveWayToTheHeaviest() {
    add(HEAVY);
    add(HEAVY);
    add(LIGHT);

    assertThat(shares.inTheWayOf(HEAVY)).isEmpty();
    assertThat(shares.inTheWayOf(LIGHT)).as("who would then have as much").isEmpty();
  }

  @Test
  void haveNobodyGiveWayWhenNobodyIsThere() {
    assertThat(shares.inTheWayOf(LIGHT)).isEmpty();
  }

  @Test
  void forgetWhoLeaves() {
    PendingScan first = add(HEAVY);
    PendingScan second = add(HEAVY);
    PendingScan third = add(HEAVY);

    assertThat(shares.remove(third)).isTrue();
    assertThat(shares.remove(third)).isFalse();

    assertThat(shares.size()).isEqualTo(2);
    assertThat(shares.inTheWayOf(LIGHT)).contains(second);
    shares.remove(second);
    assertThat(shares.inTheWayOf(LIGHT)).isEmpty();
    assertThat(shares.remove(first)).isTrue();
    assertThat(shares.size()).isZero();
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
        assertThat(shares.remove(inside.remove(random.nextInt(inside.size())))).isTrue();
      }
      int newcomer = random.nextInt(8);
      var counts = inside.stream().collect(Collectors.groupingBy(PendingScan::user));
      int most = counts.values().stream().mapToInt(List::size).max().orElse(0);
      int own = counts.getOrDefault(newcomer, List.of()).size();

      assertThat(shares.size()).isEqualTo(inside.size());
      assertThat(shares.inTheWayOf(newcomer).isPresent()).isEqualTo(most > own + 1);
      shares
          .inTheWayOf(newcomer)
          .ifPresent(
              ticket -> {
                List<PendingScan> heaviest = counts.get(ticket.user());
                assertThat(heaviest).hasSize(most).last().isEqualTo(ticket);
              });
    }
  }

  private PendingScan add(int user) {
    PendingScan ticket = requests.open(user, SMALL);
    shares.add(ticket);
    return ticket;
  }
}
