package io.nacre.engine.control;

import io.nacre.linux.process.ProcFs;
import io.nacre.linux.socket.UnixSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The listening control socket and its name. A successor binds its socket beside the one of the
 * running engine, and puts it in that place when it takes over. For any thread.
 */
public final class ControlSocketFile {
  private static final String INODE = "unix:ino";

  private final UnixSocket socket;
  private final Path path;
  private final Object inode;
  private volatile Path bound;

  private ControlSocketFile(UnixSocket socket, Path path, Path bound) throws IOException {
    this.socket = socket;
    this.path = path;
    this.bound = bound;
    this.inode = Files.getAttribute(bound, INODE, LinkOption.NOFOLLOW_LINKS);
  }

  /** Listens at {@code path}; replaces a socket there that no engine listens at any more. */
  public static ControlSocketFile listen(Path path) throws IOException {
    return new ControlSocketFile(ControlServer.listen(path), path, path);
  }

  /** Listens beside {@code path}, where another engine listens, until {@link #publish}. */
  public static ControlSocketFile listenBeside(Path path) throws IOException {
    Path beside = path.resolveSibling(path.getFileName() + "." + ProcFs.self());
    return new ControlSocketFile(ControlServer.listen(beside), path, beside);
  }

  /** Returns the socket. */
  public UnixSocket socket() {
    return socket;
  }

  /** Puts the socket in the place of the other engine's. */
  public void publish() throws IOException {
    if (!bound.equals(path)) {
      Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      bound = path;
    }
  }

  /** Closes the socket, and removes its name unless another engine has replaced it. */
  public void close() throws IOException {
    socket.close();
    try {
      if (inode.equals(Files.getAttribute(bound, INODE, LinkOption.NOFOLLOW_LINKS))) {
        Files.deleteIfExists(bound);
      }
    } catch (NoSuchFileException e) {
      // An administrator has removed it.
    }
  }
}
