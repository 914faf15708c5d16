package io.nacre.engine.clamdconf;

import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.Optional;

/** The options for prevention, triggers, file sizes and exemptions. */
final class AccessMapping {
  private static final long MIB = 1 << 20;

  /** More than clamd scans of any file. */
  private static final long NO_LIMIT = 1L << 40;

  private static final long STREAM_MAX_LENGTH = 100 * MIB;
  private static final long ON_ACCESS_MAX_FILE_SIZE = 5 * MIB;

  private final Translation to;
  private final ClamdConf conf;

  private AccessMapping(Translation to) {
    this.to = to;
    this.conf = to.conf();
  }

  static void translate(Translation to) {
    AccessMapping mapping = new AccessMapping(to);
    mapping.prevention();
    mapping.triggers();
    mapping.maxFileSize();
    mapping.exemptions();
    to.conf()
        .first("OnAccessCurlTimeout")
        .ifPresent(
            setting -> {
              String deadline = OptionType.number(setting.value()).orElseThrow() + " ms";
              to.set("nacre.deadline", setting, deadline);
              to.note(
                  setting,
                  "an open waits for " + deadline + " at most, however files get to clamd");
            });
  }

  private void prevention() {
    Optional<Setting> set = conf.first("OnAccessPrevention");
    boolean prevents = isYes("OnAccessPrevention");
    if (set.isPresent()) {
      to.set("nacre.prevention", set.get(), prevents ? "enforce" : "detect");
    } else {
      to.putDefault("nacre.prevention", "OnAccessPrevention", "detect");
      to.note("OnAccessPrevention is not set: nothing is denied, and what is found is reported");
    }
    conf.first("OnAccessDenyOnError")
        .ifPresent(
            setting -> {
              String response = isYes("OnAccessDenyOnError") ? "deny" : "allow";
              to.set("nacre.on-error", setting, response);
              to.set("nacre.on-deadline", setting, response);
              if (!prevents) {
                to.note(setting, "means nothing without OnAccessPrevention");
              } else if (response.equals("deny")) {
                to.note(
                    setting,
                    "whatever clamd fails at is denied, and what it does not answer in time, with"
                        + " retries or without");
              }
            });
  }

  private void triggers() {
    String key = "nacre.triggers";
    String option = "OnAccessExtraScanning";
    List<String> triggers = isYes(option) ? List.of("open", "close-write") : List.of("open");
    conf.first(option)
        .ifPresentOrElse(
            setting -> to.set(key, setting, triggers), () -> to.putDefault(key, option, triggers));
  }

  private void maxFileSize() {
    String key = "nacre.max-file-size";
    String option = "OnAccessMaxFileSize";
    Optional<Setting> set = conf.first(option);
    Optional<Setting> stream = conf.first("StreamMaxLength");
    long limit = set.map(AccessMapping::limit).orElse(ON_ACCESS_MAX_FILE_SIZE);
    long streamLimit = stream.map(AccessMapping::limit).orElse(STREAM_MAX_LENGTH);
    if (stream.isPresent() && ClamdMapping.isRemote(conf) && streamLimit < limit) {
      to.set(key, stream.get(), text(streamLimit));
      to.note(stream.get(), "bigger files are not scanned, whatever OnAccessMaxFileSize says");
      return;
    }
    set.ifPresentOrElse(
        setting -> to.set(key, setting, text(limit)),
        () -> {
          to.putDefault(key, option, text(limit));
          to.note(option + " is not set: files of more than 5 MiB are not scanned");
        });
    stream.ifPresent(
        setting ->
            to.note(
                setting,
                ClamdMapping.isRemote(conf)
                    ? "is no less than OnAccessMaxFileSize, which decides"
                    : "means nothing, since files are passed as descriptors"));
  }

  private void exemptions() {
    conf.first("OnAccessExcludeRootUID")
        .ifPresent(
            setting -> to.set("nacre.exempt.root", setting, isYes("OnAccessExcludeRootUID")));
    List<Setting> uids = conf.all("OnAccessExcludeUID").toList();
    Optional<Setting> zero =
        uids.stream()
            .filter(setting -> OptionType.number(setting.value()).orElseThrow() == 0)
            .findFirst();
    if (zero.isPresent()) {
      to.note(
          zero.get(),
          "0 switches this option off, on whatever line, and no user is exempt by number; user 0 is by"
              + " OnAccessExcludeRootUID yes");
    } else if (!uids.isEmpty()) {
      to.put("nacre.exempt.uids", to.value(uids.get(0), values(uids, true)));
      uids.forEach(setting -> to.note(setting, "user " + setting.value() + " is exempt"));
    }
    List<Setting> users = conf.all("OnAccessExcludeUname").toList();
    if (!users.isEmpty()) {
      to.put("nacre.exempt.users", to.value(users.get(0), values(users, false)));
      users.forEach(
          setting ->
              to.note(
                  setting,
                  "user "
                      + setting.value()
                      + " is exempt, and no other user whose name begins with it"));
    }
  }

  private List<ConfigValue> values(List<Setting> settings, boolean areNumbers) {
    return settings.stream()
        .map(
            setting ->
                to.value(
                    setting,
                    areNumbers
                        ? OptionType.number(setting.value()).orElseThrow()
                        : setting.value()))
        .toList();
  }

  private boolean isYes(String option) {
    return conf.first(option).flatMap(setting -> OptionType.bool(setting.value())).orElse(false);
  }

  /** Returns the limit in bytes; 0 means no limit. */
  private static long limit(Setting setting) {
    long limit = OptionType.size(setting.value()).orElseThrow();
    return limit == 0 ? NO_LIMIT : Math.min(limit, NO_LIMIT);
  }

  private static String text(long bytes) {
    return bytes % MIB == 0 ? bytes / MIB + " MiB" : bytes + " B";
  }
}
