package io.nacre.engine.scan;

import io.nacre.engine.request.FileFacts;
import io.nacre.engine.request.PermissionRequest;
import io.nacre.engine.verdict.FileInspector;
import io.nacre.engine.verdict.FileInspector.Trust;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.engine.verdict.SignatureSet;
import java.util.Optional;

/** Asks the kernel, which never waits for a file system here. */
public final class KernelFileProbe implements FileProbe {
  private final FileInspector look;
  private final SignatureSet signatures;

  /** A probe that asks by {@code look} what became of files scanned with {@code signatures}. */
  public KernelFileProbe(FileInspector look, SignatureSet signatures) {
    this.look = look;
    this.signatures = signatures;
  }

  @Override
  public boolean isKnownByNumber(PermissionRequest request) {
    return trust(request) != Trust.NONE;
  }

  /** Never true where the contents may change and no time with them. */
  @Override
  public boolean isQuiet(PermissionRequest request) {
    return trust(request) == Trust.TIMES
        && request.facts().map(FileFacts::version).filter(look::isSettled).isPresent()
        && !look.hasWriter(request.file());
  }

  @Override
  public long signatures() {
    return signatures.generation();
  }

  @Override
  public Optional<FileVersion> version(PermissionRequest request) {
    return look.version(request.file());
  }

  private Trust trust(PermissionRequest request) {
    return request
        .facts()
        .map(facts -> look.trust(facts.version(), facts.mountId()))
        .orElse(Trust.NONE);
  }
}
