package io.nacre.engine.request;

import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.InlineReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * How many requests were answered, by reason; for any thread. Background scans are counted apart.
 */
public final class AnswerCounts {
  private final LongAdder clean = new LongAdder();
  private final LongAdder infected = new LongAdder();
  private final LongAdder infectedCached = new LongAdder();
  private final LongAdder denied = new LongAdder();
  private final LongAdder gone = new LongAdder();
  private final LongAdder unreadable = new LongAdder();
  private final Map<FallbackReason, LongAdder> fallbacks = adders(FallbackReason.class);
  private final Map<InlineReason, LongAdder> inline = adders(InlineReason.class);
  private final BackgroundCounts background = new BackgroundCounts();
  private final Unanswered unanswered = new Unanswered();

  /** Counts one answer, with or without a verdict. */
  void add(Response response, Verdict because) {
    if (because instanceof Verdict.Unscanned unscanned) {
      add(response, unscanned.reason());
      return;
    }
    count(response);
    (because instanceof Verdict.Infected ? infected : clean).increment();
  }

  /** Counts one denial by a cached verdict about the same version of the file. */
  void addCached(Response response) {
    count(response);
    infectedCached.increment();
  }

  /** Counts one answer without a verdict. */
  public void add(Response response, FallbackReason reason) {
    count(response);
    adder(fallbacks, reason).increment();
  }

  /** Counts one request that was allowed at once. */
  public void add(InlineReason reason) {
    adder(inline, reason).increment();
  }

  /** Counts responses that the kernel refused because the opener had been killed. */
  public void addGone(int count) {
    gone.add(count);
  }

  /** Counts an event for which the kernel could not open the file, and which it denied itself. */
  public void addUnreadable() {
    unreadable.increment();
  }

  /** Sets every count of answers to zero; for the time before the first real event. */
  public void reset() {
    Stream.of(clean, infected, infectedCached, denied, gone, unreadable).forEach(LongAdder::reset);
    background.reset();
    fallbacks.values().forEach(LongAdder::reset);
    inline.values().forEach(LongAdder::reset);
  }

  /** Returns the number of all answers. */
  public long total() {
    return scanned() + unscanned() + infectedCached.sum() + sum(inline);
  }

  /** Returns the counts of the background scans. */
  public BackgroundCounts background() {
    return background;
  }

  /** Returns the requests that are not answered yet. */
  public Unanswered unanswered() {
    return unanswered;
  }

  /** Returns the number of answers that were a denial. */
  public long denied() {
    return denied.sum();
  }

  /** Returns the number of answers that came from a scan. */
  public long scanned() {
    return clean.sum() + infected.sum();
  }

  /** Returns the number of answers without a verdict. */
  public long unscanned() {
    return sum(fallbacks);
  }

  /** Returns the number of requests allowed at once for {@code reason}. */
  public long count(InlineReason reason) {
    return adder(inline, reason).sum();
  }

  /** Returns the number of answers without a verdict for {@code reason}. */
  public long count(FallbackReason reason) {
    return adder(fallbacks, reason).sum();
  }

  /** Returns every count by its name, zeros included. */
  public Map<String, Long> byReason() {
    Map<String, Long> counts = new TreeMap<>();
    counts.put("clean", clean.sum());
    counts.put("infected", infected.sum());
    counts.put("infected-cached", infectedCached.sum());
    counts.put("opener-gone", gone.sum());
    counts.put("unreadable", unreadable.sum());
    for (FallbackReason reason : FallbackReason.values()) {
      counts.put(reason.label(), count(reason));
    }
    for (InlineReason reason : InlineReason.values()) {
      counts.put(reason.label(), count(reason));
    }
    return counts;
  }

  private void count(Response response) {
    if (response == Response.DENY) {
      denied.increment();
    }
  }

  private static <R extends Enum<R>> Map<R, LongAdder> adders(Class<R> reasons) {
    Map<R, LongAdder> adders = new EnumMap<>(reasons);
    for (R reason : reasons.getEnumConstants()) {
      adders.put(reason, new LongAdder());
    }
    return Collections.unmodifiableMap(adders);
  }

  private static <R extends Enum<R>> LongAdder adder(Map<R, LongAdder> adders, R reason) {
    return Objects.requireNonNull(adders.get(reason)); // there is one for each
  }

  private static long sum(Map<?, LongAdder> adders) {
    return adders.values().stream().mapToLong(LongAdder::sum).sum();
  }
}
