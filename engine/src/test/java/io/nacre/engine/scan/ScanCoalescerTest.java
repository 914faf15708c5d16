package io.nacre.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.SignatureSet;
import io.nacre.engine.verdict.Verdict;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScanCoalescerTest {
  private static final Verdict CLEAN = new Verdict.Clean();
  private static final Verdict INFECTED = new Verdict.Infected("Eicar");
  private static final Verdict NONE = new Verdict.Unscanned(FallbackReason.CLAMD_ERROR, "broke");
  private static final long FILE = 7;

  private final Requests requests = new Requests();
  private final FakeFiles files = new FakeFiles();
  private final SignatureSet signatures = TestExecutor.signatures();
  private final ScanCoalescer coalescer = new ScanCoalescer(files, signatures);
  private final PendingScan leader = requests.openFile(FILE, 0);

  @BeforeEach
  void open() {
    files.opened(leader.job().file(), FILE);
  }

  @Test
  void letsAllThatWaitForTheFileJoin() {
    PendingScan twin = waits(requests.openFile(FILE, 0));
    PendingScan older = waits(requests.openFile(FILE, -1)); // before a write
    waits(requests.openFile(FILE + 1, 0));

    assertThat(coalescer.begin(leader)).containsExactly(twin, older);
    files.isQuiet = false;
    files.changed = 1;
    assertThat(coalescer.end(leader.job(), NONE).served()).containsExactly(twin, older);
  }

  @Test
  void servesAFollowerIfTheFileCannotHaveChanged() {
    coalescer.begin(leader);
    PendingScan follower = follows(requests.openFile(FILE, 0));

    ScanCoalescer.Ended ended = coalescer.end(leader.job(), CLEAN);

    assertThat(ended).isEqualTo(new ScanCoalescer.Ended(leader, List.of(follower), none()));
    assertThat(coalescer.isScanned(leader.job())).isFalse();
  }

  @Test
  void needsAnotherScanIfThereWasAWriterWhenItBegan() {
    files.isQuiet = false;
    coalescer.begin(leader);
    files.isQuiet = true;
    PendingScan follower = follows(requests.openFile(FILE, 0));

    assertThat(coalescer.end(leader.job(), CLEAN).unserved()).containsExactly(follower);
  }

  @Test
  void needsAnotherScanIfThereIsAWriterWhenItEnds() {
    coalescer.begin(leader);
    PendingScan follower = follows(requests.openFile(FILE, 0));
    files.isQuiet = false;

    assertThat(coalescer.end(leader.job(), CLEAN).unserved()).containsExactly(follower);
  }

  @Test
  void needsAnotherScanIfTheFileIsAnotherVersionNow() {
    coalescer.begin(leader);
    PendingScan follower = follows(requests.openFile(FILE, 0));
    files.changed = 1;

    assertThat(coalescer.end(leader.job(), CLEAN).unserved()).containsExactly(follower);
  }

  @Test
  void needsAnotherScanIfClamdHasOtherSignaturesNow() {
    coalescer.begin(leader);
    PendingScan follower = follows(requests.openFile(FILE, 0));
    signatures.invalidateClean("other signatures");

    assertThat(coalescer.end(leader.job(), CLEAN).unserved()).containsExactly(follower);
  }

  @Test
  void needsAnotherScanIfThereIsNoVerdict() {
    coalescer.begin(leader);
    PendingScan follower = follows(requests.openFile(FILE, 0));

    assertThat(coalescer.end(leader.job(), NONE).unserved()).containsExactly(follower);
  }

  @Test
  void deniesTheSameVersionDespiteAWriter() {
    files.isQuiet = false;
    coalescer.begin(leader);
    PendingScan same = follows(requests.openFile(FILE, 0));
    PendingScan other = follows(requests.openFile(FILE, 1));

    ScanCoalescer.Ended ended = coalescer.end(leader.job(), INFECTED);

    assertThat(ended.served()).containsExactly(same);
    assertThat(ended.unserved()).containsExactly(other);
  }

  @Test
  void sharesNothingWhereNumbersIdentifyNoFile() {
    files.isKnown = false;
    waits(requests.openFile(FILE, 0));

    assertThat(coalescer.begin(leader)).isEmpty();
    assertThat(coalescer.follow(requests.openFile(FILE, 0))).isFalse();
    assertThat(coalescer.sharing()).isEmpty();
  }

  @Test
  void sharesNoScanOfUnknownFiles() {
    PendingScan unknown = requests.openUnknown();
    waits(requests.openUnknown());

    assertThat(coalescer.begin(unknown)).isEmpty();
    assertThat(coalescer.follow(requests.openUnknown())).isFalse();
  }

  @Test
  void forgetsJobsThatAreShed() {
    PendingScan twin = waits(requests.openFile(FILE, 0));
    PendingScan gone = waits(requests.openFile(FILE, 0));
    coalescer.remove(gone);
    coalescer.begin(leader);
    PendingScan follower = follows(requests.openFile(FILE, 0));
    assertThat(coalescer.sharing()).containsExactly(twin, follower);

    coalescer.remove(twin);
    coalescer.remove(follower);

    assertThat(coalescer.end(leader.job(), CLEAN))
        .isEqualTo(new ScanCoalescer.Ended(leader, none(), none()));
  }

  private PendingScan waits(PendingScan pending) {
    coalescer.add(pending);
    return pending;
  }

  private PendingScan follows(PendingScan pending) {
    assertThat(coalescer.follow(pending)).isTrue();
    return pending;
  }

  private static List<PendingScan> none() {
    return List.of();
  }
}
