package io.nacre.engine.caching;

import io.nacre.engine.handover.RecordWriter;
import io.nacre.engine.handover.TransferableState;
import io.nacre.engine.verdict.FileVersion;
import io.nacre.engine.verdict.InfectedFiles;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;

/** The infected versions with their signatures, as they travel to a successor. */
record InfectedFilesTransfer(InfectedFiles files) implements TransferableState {

  @Override
  public String name() {
    return "infected";
  }

  @Override
  public void send(RecordWriter out) throws IOException {
    for (Map.Entry<FileVersion, String> file : files.copy().entrySet()) {
      out.add(data -> send(file.getKey(), file.getValue(), data));
    }
  }

  private static void send(FileVersion version, String signature, DataOutputStream data)
      throws IOException {
    data.writeLong(version.device());
    data.writeLong(version.subvolume());
    data.writeLong(version.inode());
    data.writeLong(version.size());
    data.writeLong(version.changedSeconds());
    data.writeInt(version.changedNanos());
    data.writeLong(version.modifiedSeconds());
    data.writeInt(version.modifiedNanos());
    data.writeLong(version.bornSeconds());
    data.writeInt(version.bornNanos());
    data.writeInt(version.links());
    data.writeUTF(signature);
  }

  @Override
  public void receive(DataInputStream in) throws IOException {
    FileVersion version =
        new FileVersion(
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readInt(),
            in.readLong(),
            in.readInt(),
            in.readLong(),
            in.readInt(),
            in.readInt());
    files.add(version, in.readUTF(), files.generation());
  }

  @Override
  public void discard() {
    long unused = files.clear();
  }
}
