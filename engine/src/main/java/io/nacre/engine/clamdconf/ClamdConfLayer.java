package io.nacre.engine.clamdconf;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A clamd.conf as keys of Nacre's configuration, as an administrator would have written them.
 *
 * <p>An option that is not set has its default of clamd.conf(5), where that matters.
 *
 * @param config the keys; the origin of each value has its file, line and option
 * @param notes one line for each setting with its meaning, in the order of the file
 */
public record ClamdConfLayer(Config config, List<String> notes) {
  private static final Set<String> REPEATED =
      Set.of(
          "OnAccessIncludePath",
          "OnAccessExcludePath",
          "OnAccessMountPath",
          "OnAccessExcludeUID",
          "OnAccessExcludeUname",
          PathLists.INCLUDED,
          PathLists.EXCLUDED,
          "TCPAddr");
  private static final Set<String> OURS =
      Set.of(
          "LocalSocket",
          "TCPSocket",
          "StreamMaxLength",
          "TemporaryDirectory",
          "VirusEvent",
          "ScanOnAccess");

  public ClamdConfLayer {
    notes = List.copyOf(notes);
  }

  /**
   * Reads {@code file}.
   *
   * @param excludes the meaning of {@code OnAccessExcludePath}
   * @param lists more paths to include and to exclude
   * @param problems receives each problem as {@code file:line: problem}; the keys are then
   *     incomplete
   */
  public static ClamdConfLayer read(
      Path file, ExcludeMeaning excludes, PathLists lists, Consumer<String> problems) {
    ClamdConf conf = ClamdConf.read(file, problems);
    conf.add(lists.read(problems));
    Translation to = new Translation(conf, problems);
    conf.cut()
        .forEach(
            setting ->
                to.note(
                    setting,
                    "the # begins a comment, so that the value is "
                        + setting.value()
                        + "; between double quotes it would be part of it"));
    noteRepeats(to);
    ClamdMapping.translate(to);
    ProtectMapping.translate(to, excludes);
    AccessMapping.translate(to);
    noteOthers(to);
    return new ClamdConfLayer(to.config(), to.notes());
  }

  private static void noteRepeats(Translation to) {
    for (Setting setting : to.conf().settings()) {
      Setting first = to.conf().first(setting.option()).orElseThrow();
      if (isOurs(setting) && !REPEATED.contains(setting.option()) && !first.equals(setting)) {
        to.note(setting, "means nothing, since line " + first.line() + " counts, as for clamd");
      }
    }
  }

  private static void noteOthers(Translation to) {
    to.conf()
        .first("VirusEvent")
        .ifPresent(
            setting ->
                to.note(
                    setting,
                    "is run by clamd, before it tells us what it found; for a program that Nacre"
                        + " runs after the answer see nacre.detection.hook"));
    to.conf()
        .first("ScanOnAccess")
        .ifPresent(
            setting ->
                to.note(
                    setting,
                    "is an option of old versions; what is scanned on access is up to"
                        + " OnAccessIncludePath and OnAccessMountPath"));
    Set<String> others =
        to.conf().settings().stream()
            .filter(setting -> !isOurs(setting))
            .map(Setting::option)
            .collect(Collectors.toSet());
    if (!others.isEmpty()) {
      to.note("other options, left to clamd: " + others.size());
    }
  }

  private static boolean isOurs(Setting setting) {
    return setting.option().startsWith("OnAccess")
        || REPEATED.contains(setting.option())
        || OURS.contains(setting.option());
  }
}
