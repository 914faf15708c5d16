package io.nacre.engine.scan.rescan;

import io.nacre.engine.handover.RecordWriter;
import io.nacre.engine.handover.TransferableState;
import io.nacre.engine.request.AccessOutcome;
import io.nacre.engine.request.Answer;
import io.nacre.engine.request.ProcessInfo;
import io.nacre.engine.request.ScanTrigger;
import io.nacre.engine.verdict.FallbackReason;
import io.nacre.engine.verdict.Verdict;
import io.nacre.linux.fanotify.Response;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** The rescan queue, as it travels to a successor. */
public record RescanTransfer(RescanQueue queue) implements TransferableState {
  private static final int NO_USER = -1;

  @Override
  public String name() {
    return "rescan-queue";
  }

  @Override
  public void send(RecordWriter out) throws IOException {
    for (RescanEntry entry : queue.copy()) {
      out.add(data -> send(entry, data));
    }
  }

  private static void send(RescanEntry entry, DataOutputStream data) throws IOException {
    AccessOutcome access = entry.access();
    data.writeLong(entry.file().device());
    data.writeLong(entry.file().inode());
    data.writeLong(entry.file().bornSeconds());
    data.writeInt(entry.file().bornNanos());
    data.writeUTF(entry.path());
    data.writeUTF(access.trigger().name());
    data.writeInt(access.process().pid());
    data.writeInt(access.process().uid().orElse(NO_USER));
    data.writeUTF(access.process().program().orElse(""));
    data.writeInt(access.process().session());
    data.writeLong(access.at().toEpochMilli());
    data.writeUTF(reason(access.answer()).name());
    data.writeLong(access.answer().tookNanos());
    data.writeInt(entry.tries());
  }

  private static FallbackReason reason(Answer answer) {
    return answer.because() instanceof Verdict.Unscanned unscanned
        ? unscanned.reason()
        : FallbackReason.OVERLOAD;
  }

  @Override
  public void receive(DataInputStream in) throws IOException {
    RescanEntry.FileId file =
        new RescanEntry.FileId(in.readLong(), in.readLong(), in.readLong(), in.readInt());
    String path = in.readUTF();
    ScanTrigger trigger = ScanTrigger.valueOf(in.readUTF());
    int pid = in.readInt();
    int uid = in.readInt();
    String program = in.readUTF();
    ProcessInfo process =
        new ProcessInfo(
            pid,
            uid == NO_USER ? OptionalInt.empty() : OptionalInt.of(uid),
            program.isEmpty() ? Optional.empty() : Optional.of(program),
            in.readInt());
    Instant at = Instant.ofEpochMilli(in.readLong());
    FallbackReason reason = FallbackReason.valueOf(in.readUTF());
    Answer answer = new Answer(Response.ALLOW, new Verdict.Unscanned(reason, ""), in.readLong());
    RescanEntry entry =
        new RescanEntry(file, path, new AccessOutcome(trigger, process, at, answer), in.readInt());
    if (queue.isOpen()) {
      queue.add(entry);
    }
  }
}
