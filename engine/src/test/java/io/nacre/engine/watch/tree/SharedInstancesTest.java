package io.nacre.engine.watch.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.watch.place.Mount;
import io.nacre.engine.watch.place.PathBytes;
import io.nacre.engine.watch.place.Place;
import io.nacre.engine.watch.place.Places;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedInstancesTest {
  private static final int DEFAULT = 128;

  private final List<Fake> instances = new ArrayList<>();
  private int made;

  /** An instance of one test. */
  private record Fake(List<Place> places) implements SharedInstances.Instance {}

  @Test
  void aPlaceHasAnInstanceOfItsOwnWhileThereAreFew() {
    for (int i = 0; i < SharedInstances.AT_MOST; i++) {
      assertThat(add(DEFAULT, "ext4", "8:1").places()).hasSize(1);
    }
  }

  @Test
  void aThousandPlacesShareSixtyFourInstancesEvenly() {
    for (int i = 0; i < 1_000; i++) {
      add(DEFAULT, "ext4", "8:1");
    }

    assertThat(instances).hasSize(SharedInstances.AT_MOST);
    assertThat(instances).allMatch(each -> each.count() == 15 || each.count() == 16);
  }

  @Test
  void halfOfTheInstancesAreLeftToOtherPrograms() {
    for (int i = 0; i < 20; i++) {
      add(10, "ext4", "8:1");
    }

    assertThat(instances).hasSize(5);
  }

  @Test
  void thereIsAlwaysOne() {
    add(1, "ext4", "8:1");
    add(1, "ext4", "8:1");

    assertThat(instances).hasSize(1);
  }

  @Test
  void placesOfOneFileSystemAreTogether() {
    add(4, "ext4", "8:1");
    Fake other = add(4, "ext4", "8:2");
    add(4, "ext4", "8:1");
    add(4, "ext4", "8:1");

    assertThat(add(4, "ext4", "8:2")).isSameAs(other);
  }

  @Test
  void aFileSystemWithoutAnInstanceSharesOneOfAnother() {
    add(4, "ext4", "8:1");
    add(4, "ext4", "8:2");

    add(4, "xfs", "8:3");

    assertThat(instances).hasSize(2);
  }

  @Test
  void aRemoteFileSystemNeverSharesWithALocalOne() {
    add(4, "ext4", "8:1");
    add(4, "ext4", "8:2");

    Fake remote = add(4, "fuse.sshfs", "0:50");
    assertThat(remote.places()).hasSize(1);
    assertThat(add(4, "nfs4", "0:51")).isSameAs(remote);
    assertThat(add(4, "ext4", "8:3")).isNotSameAs(remote);
  }

  @Test
  void theReasonNamesTheSetting() {
    assertThat(new SharedInstances(() -> DEFAULT).text())
        .contains("fs.inotify.max_user_instances is 128");
  }

  private Fake add(int limit, String type, String device) {
    Mount mount = new Mount(1, device, PathBytes.ROOT, PathBytes.ROOT, type, "rw");
    Place place = Places.nowhere("/" + ++made, mount);
    Fake instance =
        new SharedInstances(() -> limit)
            .choose(place, instances)
            .orElseGet(
                () -> {
                  instances.add(new Fake(new ArrayList<>()));
                  return instances.get(instances.size() - 1);
                });
    instance.places().add(place);
    return instance;
  }
}
