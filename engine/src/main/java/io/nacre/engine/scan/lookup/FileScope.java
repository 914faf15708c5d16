package io.nacre.engine.scan.lookup;

import io.nacre.engine.policy.LivePolicy;
import io.nacre.engine.policy.PathRules;

/** Which files may be scanned without an opener, by the configuration of this moment. */
public interface FileScope {

  /** Returns the rules that say which paths are in the scope. */
  PathRules rules();

  /** Returns the size in bytes of the biggest file that is scanned. */
  long maxFileSizeBytes();

  /** Returns the scope of everything that {@code policy} protects. */
  static FileScope of(LivePolicy policy) {
    return new FileScope() {
      @Override
      public PathRules rules() {
        return policy.current().paths();
      }

      @Override
      public long maxFileSizeBytes() {
        return policy.current().maxFileSizeBytes();
      }
    };
  }

  /** Returns the same scope with other rules. */
  default FileScope with(PathRules others) {
    FileScope size = this;
    return new FileScope() {
      @Override
      public PathRules rules() {
        return others;
      }

      @Override
      public long maxFileSizeBytes() {
        return size.maxFileSizeBytes();
      }
    };
  }

  /** Returns the same scope without the files that are bigger than {@code bytes}. */
  default FileScope upTo(long bytes) {
    FileScope whole = this;
    return new FileScope() {
      @Override
      public PathRules rules() {
        return whole.rules();
      }

      @Override
      public long maxFileSizeBytes() {
        return Math.min(whole.maxFileSizeBytes(), bytes);
      }
    };
  }
}
