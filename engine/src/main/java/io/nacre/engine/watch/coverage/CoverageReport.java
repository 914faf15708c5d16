package io.nacre.engine.watch.coverage;

import java.time.Duration;
import java.util.List;

/**
 * The result of a check of the marks.
 *
 * @param finished false if the time ended before everything was looked at
 * @param places each place that is protected
 * @param others other gaps with their reasons: paths that are no place yet, and directories whose
 *     events an ignore mark suppresses
 * @param orphans directories that carry a mark and should not; the first few
 * @param orphanCount the number of all of them
 */
public record CoverageReport(
    boolean finished,
    List<Checked> places,
    List<String> others,
    List<String> orphans,
    int orphanCount,
    Duration took) {

  public CoverageReport {
    places = List.copyOf(places);
    others = List.copyOf(others);
    orphans = List.copyOf(orphans);
  }

  /**
   * One place.
   *
   * @param directories how many directories were looked at; 0 where one mark covers all
   * @param gaps the directories that are not protected, with reasons; the first few
   * @param gapCount the number of all of them
   */
  public record Checked(String path, int directories, List<String> gaps, int gapCount) {
    public Checked {
      gaps = List.copyOf(gaps);
    }
  }

  /** Returns true if everything was looked at, and everything is protected. */
  public boolean isComplete() {
    return finished && others.isEmpty() && places.stream().allMatch(place -> place.gapCount() == 0);
  }
}
