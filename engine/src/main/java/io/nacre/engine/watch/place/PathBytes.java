package io.nacre.engine.watch.place;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An absolute path as the file system has it: bytes, which need not be UTF-8. Has no slash at its
 * end, unless it is {@code /}.
 */
public final class PathBytes implements Comparable<PathBytes> {
  /** The path {@code /}. */
  public static final PathBytes ROOT = of("/");

  private final byte[] bytes;

  private PathBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  public static PathBytes of(byte[] bytes) {
    return new PathBytes(bytes.clone());
  }

  public static PathBytes of(String path) {
    return new PathBytes(path.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the bytes, which must not be changed. */
  public byte[] bytes() {
    return bytes;
  }

  /** Returns true if this path lies below {@code above}, and is not the same. */
  public boolean isBelow(PathBytes above) {
    int length = above.isRoot() ? 0 : above.bytes.length;
    return bytes.length > length + 1
        && bytes[length] == '/'
        && Arrays.equals(bytes, 0, length, above.bytes, 0, length);
  }

  /** Returns the path of the directory it is in. */
  public PathBytes parent() {
    return new PathBytes(slash() == 0 ? new byte[] {'/'} : Arrays.copyOf(bytes, slash()));
  }

  /** Returns the path of {@code name} in this directory. */
  public PathBytes child(byte[] name) {
    int slash = isRoot() ? 0 : 1;
    byte[] child = Arrays.copyOf(bytes, bytes.length + slash + name.length);
    child[child.length - name.length - 1] = '/';
    System.arraycopy(name, 0, child, child.length - name.length, name.length);
    return new PathBytes(child);
  }

  /** Returns the last name of the path. */
  public byte[] name() {
    return Arrays.copyOfRange(bytes, slash() + 1, bytes.length);
  }

  private int slash() {
    int slash = bytes.length - 1;
    while (bytes[slash] != '/') {
      slash--;
    }
    return slash;
  }

  /** Returns the path from {@code above} on, without a slash in front; empty if it is the same. */
  public byte[] relativeTo(PathBytes above) {
    if (equals(above)) {
      return new byte[0];
    }
    int length = above.isRoot() ? 0 : above.bytes.length;
    return Arrays.copyOfRange(bytes, length + 1, bytes.length);
  }

  private boolean isRoot() {
    return bytes.length == 1;
  }

  @Override
  public int compareTo(PathBytes other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PathBytes path && Arrays.equals(bytes, path.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Returns the path as text; what is no UTF-8 is replaced. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
