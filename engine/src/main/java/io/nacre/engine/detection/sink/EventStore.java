package io.nacre.engine.detection.sink;

import io.nacre.engine.detection.record.DetectionRecord;
import io.nacre.engine.file.RootOwnedPath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;

/**
 * The record of detections: lines of JSON in files of a directory, of a bounded size. When a file
 * has a quarter of that size, the next one begins and the oldest is deleted. Belongs to one thread.
 *
 * <p>Written lines survive the death of the engine. A line that was torn by it gets its end from
 * the next engine, and readers skip it. Only root may write to the directory, or the store refuses
 * it. It may lie below a protected path: the engine's own opens are answered at once.
 */
final class EventStore implements DetectionSink {
  private static final int SEGMENTS = 4;
  private static final Set<PosixFilePermission> DIRECTORY_MODE =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE_MODE =
      PosixFilePermissions.fromString("rw-------");

  private final Path directory;
  private final long segmentBytes;
  private Optional<Segment> current = Optional.empty();

  private record Segment(long number, Path path, FileChannel channel) {}

  /** A store of at most {@code bytes} in {@code directory}, which is created when it is needed. */
  EventStore(Path directory, long bytes) {
    this.directory = directory;
    this.segmentBytes = bytes / SEGMENTS;
  }

  @Override
  public String name() {
    return "the record in " + directory;
  }

  @Override
  public void prepare() throws IOException {
    if (current.isEmpty()) {
      current = Optional.of(openNewest());
    }
  }

  @Override
  public void accept(DetectionRecord record, String message, String json) throws IOException {
    byte[] line = (json + "\n").getBytes(StandardCharsets.UTF_8);
    if (current.filter(segment -> !Files.exists(segment.path())).isPresent()) {
      close(); // an administrator has deleted it
    }
    prepare();
    if (current.orElseThrow().channel().size() + line.length > segmentBytes) {
      long next = current.orElseThrow().number() + 1;
      close();
      current = Optional.of(create(next));
    }
    append(current.orElseThrow().channel(), ByteBuffer.wrap(line));
  }

  /** Writes all of the line or none of it. */
  private void append(FileChannel channel, ByteBuffer line) throws IOException {
    long before = channel.size();
    try {
      while (line.hasRemaining()) {
        int unused = channel.write(line);
      }
    } catch (IOException e) {
      channel.truncate(before); // a full disk has taken a part
      throw e;
    }
  }

  private Segment openNewest() throws IOException {
    createDirectory();
    NavigableMap<Long, Path> segments = EventSegments.in(directory);
    dropOldest(segments, SEGMENTS);
    Map.Entry<Long, Path> newest = segments.lastEntry();
    if (newest == null) {
      return create(1);
    }
    long number = newest.getKey();
    Path path = newest.getValue();
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(path + " is not a file");
    }
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
    Segment segment = new Segment(number, path, channel);
    endTornLine(segment);
    return segment;
  }

  private Segment create(long number) throws IOException {
    NavigableMap<Long, Path> segments = EventSegments.in(directory);
    dropOldest(segments, SEGMENTS - 1);
    long free = segments.isEmpty() ? number : Math.max(number, segments.lastKey() + 1);
    Path path = EventSegments.file(directory, free);
    try {
      return new Segment(
          free,
          path,
          FileChannel.open(
              path,
              Set.of(
                  StandardOpenOption.WRITE,
                  StandardOpenOption.APPEND,
                  StandardOpenOption.CREATE_NEW),
              PosixFilePermissions.asFileAttribute(FILE_MODE)));
    } catch (FileAlreadyExistsException e) {
      throw new IOException("another engine writes to " + directory, e);
    }
  }

  /** Deletes files beyond the number kept, and those of a store that was larger. */
  private void dropOldest(NavigableMap<Long, Path> segments, int kept) throws IOException {
    while (!segments.isEmpty()
        && (segments.size() > kept || bytesIn(segments) > kept * segmentBytes)) {
      Files.deleteIfExists(segments.pollFirstEntry().getValue());
    }
  }

  private static long bytesIn(Map<Long, Path> segments) throws IOException {
    long bytes = 0;
    for (Path segment : segments.values()) {
      bytes += Files.size(segment);
    }
    return bytes;
  }

  private static void endTornLine(Segment segment) throws IOException {
    long size = segment.channel().size();
    try (FileChannel last = FileChannel.open(segment.path(), StandardOpenOption.READ)) {
      ByteBuffer end = ByteBuffer.allocate(1);
      if (size > 0 && last.read(end, size - 1) == 1 && end.get(0) != '\n') {
        int unused = segment.channel().write(ByteBuffer.wrap(new byte[] {'\n'}));
      }
    }
  }

  private void createDirectory() throws IOException {
    if (Files.isSymbolicLink(directory)) {
      throw new IOException(directory + " is a symbolic link");
    }
    if (!Files.isDirectory(directory)) {
      Path parent = directory.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(DIRECTORY_MODE));
    }
    Optional<String> complaint = RootOwnedPath.complaint(directory);
    if (complaint.isPresent()) {
      throw new IOException(complaint.get());
    }
  }

  @Override
  public void close() {
    current.ifPresent(
        segment -> {
          try {
            segment.channel().close();
          } catch (IOException e) {
            // every line was written before
          }
        });
    current = Optional.empty();
  }
}
