package io.nacre.engine.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseable;
import java.io.File;
import java.net.URL;

/** Lets a configuration include other files, and refuses the network and the class path. */
final class FilesOnlyIncluder
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this; // the fallback would load anything
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    if (what.contains("://")) {
      throw refused("url", what);
    }
    ConfigParseable beside = context.relativeTo(what);
    if (beside == null) {
      return includeFile(context, new File(what));
    }
    return beside.parse(context.parseOptions().setAllowMissing(false));
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    return ConfigFactory.parseFile(what, context.parseOptions().setAllowMissing(false)).root();
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    throw refused("url", what.toString());
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    throw refused("classpath", what);
  }

  private static ConfigException refused(String kind, String what) {
    return new ConfigException.Generic(
        "include " + kind + "(\"" + what + "\") is refused; only files can be included");
  }
}
