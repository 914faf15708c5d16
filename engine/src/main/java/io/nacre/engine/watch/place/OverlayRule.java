package io.nacre.engine.watch.place;

import io.nacre.engine.policy.PathRules;
import io.nacre.engine.policy.Strategy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The rule that decides which overlays are marked. No overlay is marked together with a layer of
 * it. An overlay that is not marked is protected only if every layer is.
 *
 * <p>A mark on a mount does not matter: an overlay opens its layers through mounts of its own.
 */
final class OverlayRule {

  /** A place that should be protected, and how it would be marked. */
  record Wanted(Place place, Strategy strategy) {
    boolean isOverlay() {
      return place.mount().type().equals(Overlays.TYPE);
    }

    /** Returns true if something of {@code layer} may carry a mark for this place. */
    boolean mayMark(Overlays.Layer layer) {
      if (strategy == Strategy.MOUNT || !isOn(layer)) {
        return false;
      }
      PathBytes root = place.mount().inFileSystem(place.path());
      PathBytes other = layer.mount().inFileSystem(layer.path());
      return strategy == Strategy.FILESYSTEM
          || root.equals(other)
          || root.isBelow(other)
          || other.isBelow(root);
    }

    /** Returns true if every file of {@code layer} is seen when it is opened. */
    boolean marksAll(Overlays.Layer layer, PathRules rules) {
      PathBytes path = layer.path();
      return isOn(layer)
          && (strategy == Strategy.FILESYSTEM // paths through an overlay's own mounts mean nothing
              || (strategy == Strategy.DDD
                  && !layer.isPartlyHidden()
                  && layer.mount().id() == place.mount().id()
                  && (path.equals(place.path()) || path.isBelow(place.path()))
                  && rules.protectsTree(path.bytes())));
    }

    private boolean isOn(Overlays.Layer layer) {
      return layer.mount().device().equals(place.mount().device());
    }
  }

  /** The treatment of a place. */
  enum Kind {
    /** It is marked. */
    MARK_IT,
    /** Marks on its layers see every open. */
    SEEN_BELOW,
    /** It cannot be marked, and is not seen as a whole. */
    GAP
  }

  /**
   * The treatment of a place, and the reason.
   *
   * @param problem the problem of a gap, as text for the administrator; else empty
   */
  record Decision(Kind kind, String problem) {
    static final Decision MARK_IT = new Decision(Kind.MARK_IT, "");
    static final Decision SEEN_BELOW = new Decision(Kind.SEEN_BELOW, "");

    private static Decision gap(String problem) {
      return new Decision(Kind.GAP, problem);
    }
  }

  private final Collection<Wanted> wanted;
  private final Function<Mount, Optional<List<Overlays.Layer>>> layers;
  private final PathRules rules;
  private final Map<PathBytes, Decision> decided = new HashMap<>();

  private OverlayRule(
      Collection<Wanted> wanted,
      Function<Mount, Optional<List<Overlays.Layer>>> layers,
      PathRules rules) {
    this.wanted = wanted;
    this.layers = layers;
    this.rules = rules;
  }

  /**
   * Decides about all of {@code wanted} together, on a kernel where opens are seen below.
   *
   * @param layers finds the layers of an overlay; empty if not all of them are known
   */
  static Map<PathBytes, Decision> decide(
      Collection<Wanted> wanted,
      Function<Mount, Optional<List<Overlays.Layer>>> layers,
      PathRules rules) {
    OverlayRule rule = new OverlayRule(wanted, layers, rules);
    List<Wanted> overlays = new ArrayList<>();
    for (Wanted each : wanted) {
      if (each.isOverlay()) {
        overlays.add(each);
      } else {
        rule.decided.put(each.place().path(), Decision.MARK_IT);
      }
    }
    overlays.sort(Comparator.comparingInt(each -> rule.height(each.place().mount())));
    overlays.forEach(each -> rule.decided.put(each.place().path(), rule.decide(each)));
    return Map.copyOf(rule.decided);
  }

  /** An overlay on another one stands above it; the kernel stacks no more than two. */
  private int height(Mount mount) {
    return layersOf(mount).stream()
            .flatMap(List::stream)
            .anyMatch(layer -> layer.mount().type().equals(Overlays.TYPE))
        ? 1
        : 0;
  }

  private Decision decide(Wanted overlay) {
    Mount mount = overlay.place().mount();
    if (overlay.strategy() == Strategy.MOUNT) {
      return Decision.MARK_IT;
    }
    Optional<List<Overlays.Layer>> found = layersOf(mount);
    if (found.isEmpty()) {
      boolean isOfContainer = overlay.place().path().equals(PathBytes.ROOT); // layers lie outside
      return !isOfContainer && wanted.stream().anyMatch(other -> mayBeBelow(other, mount))
          ? Decision.gap(
              "it is not known where its layers are, and an overlay is not marked together with its"
                  + " layers; mount it with absolute paths that stay")
          : Decision.MARK_IT;
    }
    if (found.get().stream().noneMatch(this::mayBeMarked)) {
      return Decision.MARK_IT;
    }
    return found.get().stream()
        .filter(layer -> !isSeen(layer))
        .findFirst()
        .map(
            layer ->
                Decision.gap(
                    "its layer "
                        + layer.path()
                        + " is not protected as a whole, and an overlay is not marked together with"
                        + " its layers; protect that as well"))
        .orElse(Decision.SEEN_BELOW);
  }

  private static boolean mayBeBelow(Wanted other, Mount mount) {
    return other.strategy() != Strategy.MOUNT
        && !other.place().mount().device().equals(mount.device());
  }

  /**
   * Returns true if {@code layer} may be marked. A layer on an overlay may be marked there, or
   * below that. If the layers of that overlay are not known, it counts as marked where a place may
   * be below it.
   */
  private boolean mayBeMarked(Overlays.Layer layer) {
    return wanted.stream().anyMatch(each -> each.mayMark(layer))
        || (isOnOverlay(layer)
            && layersOf(layer.mount())
                .map(below -> below.stream().anyMatch(this::mayBeMarked))
                .orElseGet(() -> wanted.stream().anyMatch(o -> mayBeBelow(o, layer.mount()))));
  }

  private boolean isSeen(Overlays.Layer layer) {
    return wanted.stream().anyMatch(each -> isNoGap(each) && each.marksAll(layer, rules))
        || (isOnOverlay(layer)
            && layersOf(layer.mount())
                .filter(below -> below.stream().allMatch(this::isSeen))
                .isPresent());
  }

  private boolean isNoGap(Wanted each) {
    Decision decision = decided.get(each.place().path());
    return decision != null && decision.kind() != Kind.GAP;
  }

  private static boolean isOnOverlay(Overlays.Layer layer) {
    return layer.mount().type().equals(Overlays.TYPE);
  }

  /**
   * Returns the layers of {@code mount}, if all are known. A layer on the overlay itself is none:
   * its path was covered, and leads elsewhere by now.
   */
  private Optional<List<Overlays.Layer>> layersOf(Mount mount) {
    return layers
        .apply(mount)
        .filter(found -> found.stream().noneMatch(l -> l.mount().device().equals(mount.device())));
  }
}
