package io.nacre.engine.scan;

import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.FileId;
import io.nacre.engine.verdict.FileVersion;
import java.util.Optional;

/** A request in the waiting room, with its place in the order of arrival. Lower numbers first. */
final class PendingScan implements Comparable<PendingScan> {
  /** The user of whom nothing is known, or of whom nobody asked. */
  static final int NOBODY = -1;

  private final long number;
  private final PermissionRequest request;
  private final int user;
  private final Optional<FileId> file;

  /** The ticket of {@code request}, whose opener acts as {@code user}. */
  PendingScan(long number, PermissionRequest request, int user) {
    this.number = number;
    this.request = request;
    this.user = user;
    this.file = fileOf(request);
  }

  /** Returns which file {@code request} is about, if that is known. */
  static Optional<FileId> fileOf(PermissionRequest request) {
    return request.facts().map(FileFacts::version).map(FileId::of);
  }

  PermissionRequest request() {
    return request;
  }

  int user() {
    return user;
  }

  Optional<FileId> file() {
    return file;
  }

  /** Returns the version the file had when its event was read, if that is known. */
  Optional<FileVersion> version() {
    return request.facts().map(FileFacts::version);
  }

  /** Returns true if nobody waits for the verdict. */
  boolean isBackground() {
    return request.occasion().isBackground();
  }

  @Override
  public int compareTo(PendingScan other) {
    return Long.compare(number, other.number);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PendingScan ticket && ticket.number == number;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(number);
  }

  @Override
  public String toString() {
    return "ticket " + number + " of " + request;
  }
}
