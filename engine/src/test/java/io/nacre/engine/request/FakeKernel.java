package io.nacre.engine.request;

import io.nacre.linux.ErrnoException;
import io.nacre.linux.NativeBuffer;
import io.nacre.linux.fanotify.FanotifyEvents;
import io.nacre.linux.fanotify.FanotifyGroup;
import io.nacre.linux.fanotify.Response;
import io.nacre.linux.socket.UnixSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** The kernel's end of a group: raises events and receives the responses, over a stream socket. */
public final class FakeKernel implements AutoCloseable {

  /** A response that the engine sent. */
  public record SentResponse(int eventFd, Response response) {}

  private static final int ANSWER_SIZE = 8;
  private static final int FAN_DENY = 2;
  private static final AtomicInteger OPENED = new AtomicInteger();

  private final FanotifyGroup group;
  private final UnixSocket end;
  private final NativeBuffer received = new NativeBuffer(1 << 16);

  private FakeKernel(FanotifyGroup group, UnixSocket end) {
    this.group = group;
    this.end = end;
  }

  public static FakeKernel open() throws ErrnoException {
    String name = "@nacre-kernel-" + ProcessHandle.current().pid() + "-" + OPENED.getAndIncrement();
    try (UnixSocket listening = UnixSocket.listen(name, 1)) {
      UnixSocket group = UnixSocket.stream();
      group.connect(name);
      return new FakeKernel(FanotifyGroup.over(group.fd()), listening.accept().orElseThrow());
    }
  }

  public FanotifyGroup group() {
    return group;
  }

  /** What the requests of this group have in common. */
  public JobContext context(AnswerCounts counts) {
    return new JobContext(group, counts);
  }

  /** Raises one event. */
  public void raise(long mask, int fd, int pid) throws ErrnoException {
    NativeBuffer event = new NativeBuffer(FanotifyEvents.METADATA_SIZE);
    FanotifyEvents.put(event.bytes(), 0, mask, fd, pid);
    end.send(event, 0, event.capacity());
  }

  /** Returns the responses since the last call. */
  public synchronized List<SentResponse> responses() throws ErrnoException {
    List<SentResponse> answers = new ArrayList<>();
    int length = end.receive(received, 0);
    for (int at = 0; at < length; at += ANSWER_SIZE) {
      int code = received.bytes().getInt(at + 4);
      answers.add(
          new SentResponse(
              received.bytes().getInt(at), code == FAN_DENY ? Response.DENY : Response.ALLOW));
    }
    return answers;
  }

  /** Closes the kernel's end alone, so that responses fail. */
  public void hangUp() {
    end.close();
  }

  @Override
  public void close() {
    group.close();
    end.close();
  }
}
