package io.nacre.engine.scan.ondemand;

import io.nacre.engine.policy.PathRules;
import java.util.List;

/**
 * The scope of an on-demand scan. Paths are strings in which each byte is one character.
 *
 * @param rules the rules for the files: those inside are scanned
 * @param places the outermost directories, the mount points below them, and files
 * @param isForTheCache whether the scan is for later opens; otherwise files are scanned as well
 *     whose verdicts cannot be cached
 */
public record OnDemandScope(PathRules rules, List<String> places, boolean isForTheCache) {
  public OnDemandScope {
    places = List.copyOf(places);
  }
}
