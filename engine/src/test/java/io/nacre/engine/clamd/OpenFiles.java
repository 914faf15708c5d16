package io.nacre.engine.clamd;

import io.nacre.engine.clamd.FakeSession.Asked;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** Takes files, and answers when the test says so. */
final class OpenFiles implements FakeClamd.Script {

  private record Held(FakeSession session, Asked file) {}

  private final Queue<Held> held = new ConcurrentLinkedQueue<>();

  @Override
  public void serve(FakeSession session) throws IOException {
    while (true) {
      held.add(new Held(session, session.file()));
    }
  }

  /** Returns how many files wait for an answer. */
  int count() {
    return held.size();
  }

  /** Answers all that wait, by what {@code result} says of their content. */
  void answer(Function<String, String> result) throws IOException {
    for (Held next = held.poll(); next != null; next = held.poll()) {
      next.session().say(next.file().reply(result.apply(next.file().content())));
    }
  }
}
