package io.nacre.engine.explain;

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

/**
 * What would become of the next open of one file by one user, in the order in which an open passes
 * the stages.
 */
final class Explanation {
  private static final Logger LOG = LoggerFactory.getLogger(Explanation.class);
  private static final int STATUS_SECONDS = 2;

  private final ExplainContext context;
  private final byte[] path;
  private final int uid;

  /** An explanation for the file at {@code path}, opened by an ordinary program of {@code uid}. */
  Explanation(ExplainContext context, byte[] path, int uid) {
    this.context = context;
    this.path = path;
    this.uid = uid;
  }

  /** Returns the explanation as values that JSON can hold; {@code file} is open for reading. */
  Map<String, Object> of(Fd file) throws IOException {
    Statx statx = new Statx().read(file.number());
    FileVersion version = FileVersion.of(statx);
    FileMarks marks = FileMarks.read(context.marks().group(), text(), statx);
    PathRules rules = context.policy().current().paths();
    PathRules.Scope place = rules.scopeOfFile(path, path.length);
    CleanCache.State clean =
        context.caches().clean().state(file.number(), version, statx.uniqueMountId());
    Optional<String> signature = context.caches().infected().signature(version);
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("path", text());
    values.put("size", statx.size());
    values.put("uid", uid);
    values.put("rule", label(place));
    rules.decisiveInclude(path).ifPresent(include -> values.put("include", include));
    rules
        .decisiveInclude(path)
        .flatMap(this::strategy)
        .ifPresent(how -> values.put("strategy", how));
    values.put("marked", marks.reporting());
    values.put("kernel-cache", marks.isIgnored() ? "clean" : "unknown");
    context.caches().kernelCache().current().ifPresent(cache -> add(values, cache, file));
    values.put("ignored-directory", marks.isDirectoryIgnored());
    values.put("clean", label(clean));
    signature.ifPresent(name -> values.put("infected", name));
    values.put(
        "next-open",
        NextOpen.of(context, uid, file.number(), statx, marks, clean, signature).values());
    return values;
  }

  /** Adds the status of the file in the kernel cache, if that answers within two seconds. */
  private static void add(Map<String, Object> values, KernelCache cache, Fd file) {
    try {
      CacheStatus status =
          cache.explain(file.number()).toCompletableFuture().get(STATUS_SECONDS, SECONDS);
      values.put("leased", status.isLeased());
      status.refusal().ifPresent(reason -> values.put("kernel-refuses", reason.label()));
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("the kernel cache does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<String> strategy(String include) {
    return context.coverage().entries().stream()
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
