package io.nacre.engine.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.nacre.engine.config.text.SourceFiles;
import java.io.File;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files that a file includes, as they were read by {@link SourceFiles}. Nothing comes from the
 * network or the class path, and {@link SourceFiles} reports an include of those.
 */
final class SourceIncluder
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
  private final SourceFiles files;

  /** The file, and the files that it is included in. */
  private final List<Path> chain;

  private SourceIncluder(SourceFiles files, List<Path> chain) {
    this.files = files;
    this.chain = chain;
  }

  /** Returns the keys of {@code file} and of all that it includes; none if it was not read. */
  static Config parse(SourceFiles files, Path file) {
    return parse(files, List.of(file));
  }

  private static Config parse(SourceFiles files, List<Path> chain) {
    return ConfigFactory.parseString(
        files.text(chain.get(0)).orElse(""),
        ConfigParseOptions.defaults()
            .setSyntax(ConfigSyntax.CONF)
            .setOriginDescription(chain.get(0).toString())
            .setIncluder(new SourceIncluder(files, chain)));
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this; // the fallback would load anything
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    Path file = SourceFiles.resolve(chain.get(0), what);
    if (what.contains("://") || chain.contains(file)) {
      return ConfigFactory.empty().root(); // SourceFiles has refused it
    }
    return parse(files, Stream.concat(Stream.of(file), chain.stream()).toList()).root();
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return include(context, what.toString());
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    return ConfigFactory.empty().root();
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    return ConfigFactory.empty().root();
  }
}
