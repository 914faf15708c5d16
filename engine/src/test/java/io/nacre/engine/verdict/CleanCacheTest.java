package io.nacre.engine.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.nacre.engine.verdict.FileInspector.Tracking;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CleanCacheTest {
  private static final int FD = 7;
  private static final long MOUNT = 3;
  private static final FileVersion FIRST = version(1, 1);
  private static final FileVersion SECOND = version(1, 2);
  private static final FileVersion OTHER = version(2, 1);

  private final FakeKernel kernel = new FakeKernel();
  private final CleanFiles files = new CleanFiles(100);
  private final CleanCache cache = new CleanCache(files, kernel);

  /** A kernel with answers set by the test, which records the queries. */
  private static final class FakeKernel implements FileInspector {
    final List<String> asked = new ArrayList<>();
    Tracking tracking = Tracking.TIMES;
    boolean isWhole;
    boolean writer;
    boolean settled = true;
    Optional<FileVersion> version = Optional.of(FIRST);
    Runnable onWriterQuery = () -> {};

    @Override
    public Tracking tracking(FileVersion any, long mountId) {
      asked.add("tracking");
      return tracking;
    }

    @Override
    public boolean isWholeFilesystem(long device) {
      return isWhole;
    }

    @Override
    public boolean hasWriter(int fd) {
      asked.add("writers");
      onWriterQuery.run();
      return writer;
    }

    @Override
    public Optional<FileVersion> version(int fd) {
      asked.add("version");
      return version;
    }

    @Override
    public boolean isSettled(FileVersion any) {
      return settled;
    }
  }

  @BeforeEach
  void warmUp() {
    cache.warmUp();
    kernel.asked.clear();
    cache.clear();
  }

  @Test
  void aFileThatWasFoundCleanIsClean() {
    scan(FIRST);

    assertThat(cache.isClean(FD, FIRST, MOUNT)).isTrue();
    assertThat(cache.isClean(FD, OTHER, MOUNT)).isFalse();
    assertThat(cache.size()).isEqualTo(1);
  }

  @Test
  void whereOpensAreTheEvidenceAFileWithASecondNameIsNotCached() {
    kernel.tracking = Tracking.OPENS;
    FileVersion linked = new FileVersion(1, 0, 1, 100, 1, 0, 0, 0, 0, 0, 2);
    scan(FIRST);

    assertThat(cache.isClean(FD, FIRST, MOUNT)).isTrue();
    assertThat(cache.isClean(FD, linked, MOUNT)).isFalse();
    assertThat(cache.begin(FD, linked, MOUNT)).isEmpty();
    assertThat(cache.isCacheable(linked, MOUNT)).isFalse();
    assertThat(cache.state(FD, linked, MOUNT)).isEqualTo(CleanCache.State.SECOND_NAME);
    kernel.tracking = Tracking.TIMES;
    assertThat(cache.begin(FD, linked, MOUNT)).as("where times tell").isPresent();
  }

  @Test
  void probesForWritersBetweenTheVersionsOfAScan() {
    CleanFiles.Scan scan = cache.begin(FD, FIRST, MOUNT).orElseThrow();

    assertThat(kernel.asked).containsExactly("tracking", "writers");
    cache.end(scan, FD, /* isClean= */ true);
    assertThat(kernel.asked).containsExactly("tracking", "writers", "version");
  }

  @Test
  void probesForWritersBeforeTheVersionAtAnOpen() {
    scan(FIRST);
    kernel.asked.clear();

    cache.isClean(FD, FIRST, MOUNT);

    assertThat(kernel.asked).containsExactly("tracking", "writers", "version");
  }

  @Test
  void queriesNothingAboutAFileThatIsNotCached() {
    assertThat(cache.isClean(FD, FIRST, MOUNT)).isFalse();
    assertThat(kernel.asked).isEmpty();
  }

  @Test
  void isNotCleanInAnotherVersion() {
    scan(FIRST);
    kernel.version = Optional.of(SECOND);

    assertThat(cache.isClean(FD, SECOND, MOUNT)).isFalse();
    assertThat(cache.isClean(FD, FIRST, MOUNT)).as("the version when the event was read").isFalse();
  }

  @Test
  void isRemovedWhenAProcessCanWriteIt() {
    scan(FIRST);
    kernel.writer = true;
    assertThat(cache.isClean(FD, FIRST, MOUNT)).isFalse();
    kernel.writer = false;

    assertThat(cache.isClean(FD, FIRST, MOUNT)).isFalse();
    assertThat(cache.opensWithWriter()).isEqualTo(1);
  }

  @Test
  void cachesNothingThatHadAWriterWhenTheScanBegan() {
    kernel.writer = true;

    assertThat(cache.begin(FD, FIRST, MOUNT)).isEmpty();
    assertThat(files.isBeingScanned(FIRST)).as("is under way").isFalse();
  }

  @Test
  void cachesNothingThatChangedDuringTheScan() {
    CleanFiles.Scan scan = cache.begin(FD, FIRST, MOUNT).orElseThrow();
    kernel.version = Optional.of(SECOND);
    cache.end(scan, FD, /* isClean= */ true);

    assertThat(cache.size()).isZero();
  }

  @Test
  void cachesNothingThatCannotBeReadAfterTheScan() {
    CleanFiles.Scan scan = cache.begin(FD, FIRST, MOUNT).orElseThrow();
    kernel.version = Optional.empty();
    cache.end(scan, FD, /* isClean= */ true);

    assertThat(cache.size()).isZero();
  }

  @Test
  void cachesNothingThatWasNotFoundClean() {
    CleanFiles.Scan scan = cache.begin(FD, FIRST, MOUNT).orElseThrow();
    cache.end(scan, FD, /* isClean= */ false);

    assertThat(cache.size()).isZero();
    assertThat(files.isBeingScanned(FIRST)).as("is under way").isFalse();
  }

  @Test
  void cachesNothingThatChangedTooShortlyBefore() {
    kernel.settled = false;

    assertThat(cache.begin(FD, FIRST, MOUNT)).isEmpty();
  }

  @Test
  void cachesNothingOfAFileSystemThatIsNotReliable() {
    kernel.tracking = Tracking.NUMBER;

    assertThat(cache.begin(FD, FIRST, MOUNT)).isEmpty();
    assertThat(kernel.asked).containsExactly("tracking");
  }

  @Test
  void queriesOnlyTheTrackingWhereThereIsNone() {
    scan(FIRST);
    kernel.tracking = Tracking.NONE;
    kernel.asked.clear();

    assertThat(cache.isClean(FD, FIRST, MOUNT)).isFalse();
    assertThat(kernel.asked).containsExactly("tracking");
  }

  @Test
  void findsAWriterOfAnyMountWhereEveryOpenWaits() {
    scan(FIRST);
    kernel.tracking = Tracking.NONE;
    kernel.isWhole = true;
    kernel.writer = true;
    assertThat(cache.isClean(FD, FIRST, MOUNT)).isFalse();
    kernel.tracking = Tracking.OPENS;
    kernel.writer = false;

    assertThat(cache.isClean(FD, FIRST, MOUNT)).isFalse();
  }

  @Test
  void cachesNothingThatWasOpenedForWritingDuringTheScan() {
    CleanFiles.Scan scan = cache.begin(FD, FIRST, MOUNT).orElseThrow();
    kernel.writer = true;
    cache.isClean(FD, FIRST, MOUNT); // the open of the writer
    kernel.writer = false;
    cache.end(scan, FD, /* isClean= */ true);

    assertThat(cache.size()).isZero();
  }

  @Test
  void readsTheCountOfChangesBeforeTheProbe() {
    kernel.onWriterQuery = () -> files.invalidate(FIRST);
    CleanFiles.Scan scan = cache.begin(FD, FIRST, MOUNT).orElseThrow();
    cache.end(scan, FD, /* isClean= */ true);

    assertThat(cache.size()).isZero();
  }

  @Test
  void removesAFileThatWasFoundInfected() {
    scan(FIRST);
    cache.invalidate(SECOND);

    assertThat(cache.size()).isZero();
  }

  @Test
  void clearsEverythingAndTheScansUnderWay() {
    CleanFiles.Scan scan = cache.begin(FD, FIRST, MOUNT).orElseThrow();
    cache.clear();
    cache.end(scan, FD, /* isClean= */ true);

    assertThat(cache.size()).isZero();
  }

  @Test
  void withoutRoomNothingIsQueried() {
    CleanCache none = new CleanCache(new CleanFiles(0), kernel);
    kernel.asked.clear();

    assertThat(none.begin(FD, FIRST, MOUNT)).isEmpty();
    assertThat(kernel.asked).isEmpty();
  }

  private void scan(FileVersion version) {
    cache.end(cache.begin(FD, version, MOUNT).orElseThrow(), FD, /* isClean= */ true);
  }

  private static FileVersion version(long inode, long changed) {
    return new FileVersion(1, 0, inode, 100, changed, 0, 0, 0, 0, 0, 1);
  }
}
