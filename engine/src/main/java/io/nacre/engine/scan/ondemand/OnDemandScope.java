package io.nacre.engine.scan.ondemand;

import io.nacre.engine.policy.PathRules;
import java.util.List;

/**
 * What a sweep goes through. Paths are strings in which each byte is one character.
 *
 * @param rules which files are looked at: those inside
 * @param places where it begins: the outermost directories, the mount points below them, and files
 * @param isForTheCache whether it is made so that later opens need no scan; else also files are
 *     scanned of which no verdict is kept
 */
public record OnDemandScope(PathRules rules, List<String> places, boolean isForTheCache) {
  public OnDemandScope {
    places = List.copyOf(places);
  }
}
