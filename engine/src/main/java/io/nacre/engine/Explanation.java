package io.nacre.engine;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.nacre.engine.kernelcache.CacheStatus;
import io.nacre.engine.kernelcache.KernelCache;
import io.nacre.engine.policy.PathRules;
import io.nacre.engine.verdict.CleanCache;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.engine.watch.coverage.Coverage;
import io.nacre.linux.Fd;
import io.nacre.linux.file.Statx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What would become of the next open of one file by one user, in the order an open meets it. */
final class Explanation {
  private static final Logger LOG = LoggerFactory.getLogger(Explanation.class);
  private static final int STANDING_SECONDS = 2;

  private final EngineParts parts;
  private final byte[] path;
  private final int uid;

  /** An explanation for the file at {@code path}, opened by an ordinary program of {@code uid}. */
  Explanation(EngineParts parts, byte[] path, int uid) {
    this.parts = parts;
    this.path = path;
    this.uid = uid;
  }

  /** Returns it as values that JSON can hold; {@code file} is open for reading. */
  Map<String, Object> of(Fd file) throws IOException {
    Statx statx = new Statx().read(file.number());
    FileVersion version = FileVersion.of(statx);
    FileMarks marks = FileMarks.read(parts.places().marks().group(), text(), statx);
    PathRules rules = parts.places().rules();
    PathRules.Place place = rules.place(path, path.length);
    CleanCache.State clean =
        parts.memory().clean().state(file.number(), version, statx.uniqueMountId());
    Optional<String> signature = parts.memory().infected().signature(version);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("path", text());
    values.put("size", statx.size());
    values.put("uid", uid);
    values.put("rule", label(place));
    rules.decisive(path).ifPresent(include -> values.put("include", include));
    rules.decisive(path).flatMap(this::strategy).ifPresent(how -> values.put("strategy", how));
    values.put("marked", marks.telling());
    values.put("kernel-cache", marks.isIgnored() ? "clean" : "unknown");
    parts.memory().kernelCache().ifPresent(cache -> add(values, cache, file));
    values.put("silenced", marks.isSilenced());
    values.put("clean", label(clean));
    signature.ifPresent(name -> values.put("infected", name));
    values.put(
        "next-open",
        NextOpen.of(parts, uid, file.number(), statx, marks, clean, signature).values());
    return values;
  }

  /** What the kernel cache would say of it, if it says so soon. */
  private static void add(Map<String, Object> values, KernelCache cache, Fd file) {
    try {
      CacheStatus standing =
          cache.explain(file.number()).toCompletableFuture().get(STANDING_SECONDS, SECONDS);
      values.put("leased", standing.isLeased());
      standing.refusal().ifPresent(reason -> values.put("kernel-refuses", reason.label()));
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("the kernel cache does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<String> strategy(String include) {
    return parts.places().coverage().entries().stream()
        .filter(entry -> entry.path().equals(include))
        .map(Coverage.Entry::strategy)
        .findAny();
  }

  private String text() {
    return new String(path, StandardCharsets.UTF_8);
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
