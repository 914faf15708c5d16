package io.nacre.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScanCoalescerTest {
  private static final Verdict CLEAN = new Verdict.Clean();
  private static final Verdict INFECTED = new Verdict.Infected("Eicar");
  private static final Verdict NONE = new Verdict.Unscanned(FallbackReason.CLAMD_ERROR, "broke");
  private static final long FILE = 7;

  private final Requests requests = new Requests();
  private final FakeFiles files = new FakeFiles();
  private final ScanCoalescer sharing = new ScanCoalescer(files);
  private final PendingScan leader = requests.openFile(FILE, 0);

  @Test
  void hasAllWhoWaitForTheFileGoAlong() {
    PendingScan twin = waits(requests.openFile(FILE, 0));
    PendingScan older = waits(requests.openFile(FILE, -1)); // before somebody wrote
    waits(requests.openFile(FILE + 1, 0));

    assertThat(sharing.begin(leader)).containsExactly(twin, older);
    files.isQuiet = false;
    files.changed = 1;
    assertThat(sharing.end(leader.request(), NONE).served()).containsExactly(twin, older);
  }

  @Test
  void givesTheVerdictToWhoeverComesLaterIfNobodyWrote() {
    sharing.begin(leader);
    PendingScan later = follows(requests.openFile(FILE, 0));

    ScanCoalescer.Over over = sharing.end(leader.request(), CLEAN);

    assertThat(over).isEqualTo(new ScanCoalescer.Over(leader, List.of(later), none()));
    assertThat(sharing.isScanned(leader.file())).isFalse();
  }

  @Test
  void hasAnotherScanIfSomebodyCouldWriteWhenItBegan() {
    files.isQuiet = false;
    sharing.begin(leader);
    files.isQuiet = true;
    PendingScan later = follows(requests.openFile(FILE, 0));

    assertThat(sharing.end(leader.request(), CLEAN).again()).containsExactly(later);
  }

  @Test
  void hasAnotherScanIfSomebodyCanWriteWhenItEnds() {
    sharing.begin(leader);
    PendingScan later = follows(requests.openFile(FILE, 0));
    files.isQuiet = false;

    assertThat(sharing.end(leader.request(), CLEAN).again()).containsExactly(later);
  }

  @Test
  void hasAnotherScanIfTheFileIsAnotherVersionNow() {
    sharing.begin(leader);
    PendingScan later = follows(requests.openFile(FILE, 0));
    files.changed = 1;

    assertThat(sharing.end(leader.request(), CLEAN).again()).containsExactly(later);
  }

  @Test
  void hasAnotherScanIfClamdHasOtherSignaturesNow() {
    sharing.begin(leader);
    PendingScan later = follows(requests.openFile(FILE, 0));
    files.signatures = 1;

    assertThat(sharing.end(leader.request(), CLEAN).again()).containsExactly(later);
  }

  @Test
  void hasAnotherScanIfThereIsNoVerdict() {
    sharing.begin(leader);
    PendingScan later = follows(requests.openFile(FILE, 0));

    assertThat(sharing.end(leader.request(), NONE).again()).containsExactly(later);
  }

  @Test
  void deniesTheSameVersionWhoeverCanWrite() {
    files.isQuiet = false;
    sharing.begin(leader);
    PendingScan same = follows(requests.openFile(FILE, 0));
    PendingScan other = follows(requests.openFile(FILE, 1));

    ScanCoalescer.Over over = sharing.end(leader.request(), INFECTED);

    assertThat(over.served()).containsExactly(same);
    assertThat(over.again()).containsExactly(other);
  }

  @Test
  void sharesNothingWhereNumbersMeanNothing() {
    files.isKnown = false;
    waits(requests.openFile(FILE, 0));

    assertThat(sharing.begin(leader)).isEmpty();
    assertThat(sharing.follow(requests.openFile(FILE, 0))).isFalse();
    assertThat(sharing.followers()).isEmpty();
  }

  @Test
  void sharesNothingOfFilesOfWhichNothingIsKnown() {
    PendingScan unknown = requests.openUnknown();
    waits(requests.openUnknown());

    assertThat(sharing.begin(unknown)).isEmpty();
    assertThat(sharing.follow(requests.openUnknown())).isFalse();
  }

  @Test
  void forgetsWhoeverIsGivenUp() {
    PendingScan twin = waits(requests.openFile(FILE, 0));
    PendingScan gone = waits(requests.openFile(FILE, 0));
    sharing.remove(gone);
    sharing.begin(leader);
    PendingScan later = follows(requests.openFile(FILE, 0));
    assertThat(sharing.followers()).containsExactly(twin, later);

    sharing.remove(twin);
    sharing.remove(later);

    assertThat(sharing.end(leader.request(), CLEAN))
        .isEqualTo(new ScanCoalescer.Over(leader, none(), none()));
  }

  private PendingScan waits(PendingScan ticket) {
    sharing.add(ticket);
    return ticket;
  }

  private PendingScan follows(PendingScan ticket) {
    assertThat(sharing.follow(ticket)).isTrue();
    return ticket;
  }

  private static List<PendingScan> none() {
    return List.of();
  }
}
