package io.nacre.engine.watch.place;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.Fd;
import io.nacre.linux.Poll;
import io.nacre.linux.file.Directory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Tells when the mounts of our mount namespace change, see {@code mountinfo} in proc(5). */
public final class MountChanges implements AutoCloseable {
  private final Fd mountinfo;

  private MountChanges(Fd mountinfo) {
    this.mountinfo = mountinfo;
  }

  public static MountChanges open() throws ErrnoException {
    try (Directory self = Directory.open("/proc/self".getBytes(StandardCharsets.US_ASCII))) {
      return new MountChanges(self.openFile("mountinfo".getBytes(StandardCharsets.US_ASCII)));
    }
  }

  /** Returns a wait for the first of {@code others}, for changes, and for the rest of them. */
  public Poll poll(List<Fd> others) {
    List<Fd> all = new ArrayList<>(others);
    all.add(1, mountinfo);
    Poll poll = new Poll(all.toArray(Fd[]::new));
    poll.waitFor(1, Poll.PRIORITY);
    return poll;
  }

  @Override
  public void close() {
    mountinfo.close();
  }
}
