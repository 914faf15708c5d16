package io.nacre.engine.verdict;

import java.util.Optional;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;

/** Readers, scans and the signature watch, all at the same {@link InfectedFiles}. */
@Param(name = "file", gen = IntGen.class, conf = "1:3")
@Param(name = "generation", gen = IntGen.class, conf = "1:2")
public class InfectedFilesLincheck {
  private final InfectedFiles files = new InfectedFiles(2);

  @Operation
  public void add(@Param(name = "file") int file, @Param(name = "generation") int generation) {
    files.add(version(file), "found in " + file, generation);
  }

  @Operation
  public Optional<String> signature(@Param(name = "file") int file) {
    return files.signature(version(file));
  }

  @Operation
  public int generation() {
    return files.generation();
  }

  @Operation
  public void clear() {
    files.clear();
  }

  @Operation
  public int size() {
    return files.size();
  }

  @Test
  void isAsIfOneUsedItAfterTheOther() {
    new ModelCheckingOptions()
        .iterations(6)
        .invocationsPerIteration(100)
        .threads(3)
        .actorsPerThread(2)
        .check(InfectedFilesLincheck.class);
  }

  private static FileVersion version(int file) {
    return new FileVersion(0, 0, 0, file, 0, 0, 0, 0, 0, 0, 1);
  }
}
