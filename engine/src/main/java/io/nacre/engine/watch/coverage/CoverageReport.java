package io.nacre.engine.watch.coverage;

import java.time.Duration;
import java.util.List;

/**
 * What a check found out about the marks.
 *
 * @param finished false if the time was over before everything was looked at
 * @param places each place that is protected
 * @param others what else is not protected, and why: what no place is made of, and what is silenced
 * @param strays where directories carry a mark that should not; the first few
 * @param strayCount how many there are
 */
public record CoverageReport(
    boolean finished,
    List<Checked> places,
    List<String> others,
    List<String> strays,
    int strayCount,
    Duration took) {

  public CoverageReport {
    places = List.copyOf(places);
    others = List.copyOf(others);
    strays = List.copyOf(strays);
  }

  /**
   * One place.
   *
   * @param directories how many directories were looked at; 0 where one mark covers all
   * @param lacks what is not protected, and why; the first few
   * @param lackCount how many there are
   */
  public record Checked(String path, int directories, List<String> lacks, int lackCount) {
    public Checked {
      lacks = List.copyOf(lacks);
    }
  }

  /** Returns true if everything was looked at, and everything is protected. */
  public boolean holds() {
    return finished
        && others.isEmpty()
        && places.stream().allMatch(place -> place.lackCount() == 0);
  }
}
