package io.nacre.engine.caching;

import io.nacre.engine.handover.RecordWriter;
import io.nacre.engine.handover.TransferableState;
import io.nacre.linux.file.MountTypes;
import java.io.DataInputStream;
import java.io.IOException;

/**
 * The mounts through which cached files were opened, as they travel to a successor: a file system
 * that none of them shows is a new one, and may have the number of an old one.
 */
record MountTransfer(MountTypes mounts) implements TransferableState {

  @Override
  public String name() {
    return "mounts";
  }

  @Override
  public void send(RecordWriter out) throws IOException {
    for (long mountId : mounts.mountIds()) {
      out.add(data -> data.writeLong(mountId));
    }
  }

  @Override
  public void receive(DataInputStream in) throws IOException {
    mounts.addKnown(in.readLong());
  }
}
