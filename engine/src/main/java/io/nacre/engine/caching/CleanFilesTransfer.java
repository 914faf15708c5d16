package io.nacre.engine.caching;

import io.nacre.engine.handover.RecordWriter;
import io.nacre.engine.handover.TransferableState;
import io.nacre.engine.verdict.CleanFiles;
import io.nacre.engine.verdict.FileId;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The clean files, as they travel to a successor. */
record CleanFilesTransfer(CleanFiles files) implements TransferableState {

  @Override
  public String name() {
    return "clean";
  }

  @Override
  public void send(RecordWriter out) throws IOException {
    try {
      files.forEach(entry -> send(entry, out));
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static void send(CleanFiles.Entry entry, RecordWriter out) {
    try {
      out.add(
          data -> {
            data.writeLong(entry.id().device());
            data.writeLong(entry.id().subvolume());
            data.writeLong(entry.id().inode());
            data.writeLong(entry.size());
            data.writeLong(entry.changed());
            data.writeLong(entry.modified());
            data.writeLong(entry.born());
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void receive(DataInputStream in) throws IOException {
    FileId id = new FileId(in.readLong(), in.readLong(), in.readLong());
    files.add(new CleanFiles.Entry(id, in.readLong(), in.readLong(), in.readLong(), in.readLong()));
  }

  @Override
  public void discard() {
    long unused = files.clear();
  }
}
