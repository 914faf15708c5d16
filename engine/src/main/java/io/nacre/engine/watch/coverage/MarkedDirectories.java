package io.nacre.engine.watch.coverage;

import java.util.Arrays;

/**
 * The directories that carry a mark, by file system and number, in arrays; and which of them were
 * met. Belongs to one thread.
 *
 * <p>On btrfs each subvolume counts its own directories, and the kernel names them all by one
 * device: a mark in one of them passes for a mark on the same number in another.
 */
final class MarkedDirectories {

  /** What is done with a directory. */
  interface Action {
    void on(long device, long inode);
  }

  private static final int FIRST_CAPACITY = 1024;

  /** No file system has this device. */
  private static final long FREE = 0;

  private long[] devices = new long[FIRST_CAPACITY];
  private long[] inodes = new long[FIRST_CAPACITY];
  private boolean[] met = new boolean[FIRST_CAPACITY];
  private int size;

  /** Adds a directory, if it is not there. */
  void add(long device, long inode) {
    if (device == FREE) {
      throw new IllegalArgumentException("no device: " + device);
    }
    if (size * 2 >= devices.length) {
      grow();
    }
    int slot = slot(device, inode);
    if (devices[slot] == FREE) {
      devices[slot] = device;
      inodes[slot] = inode;
      size++;
    }
  }

  /** Returns true if the directory is there. */
  boolean contains(long device, long inode) {
    return devices[slot(device, inode)] != FREE;
  }

  /** Returns true if the directory is there, which is met with that. */
  boolean meet(long device, long inode) {
    int slot = slot(device, inode);
    met[slot] = devices[slot] != FREE;
    return met[slot];
  }

  /** Hands over each directory that was not met. */
  void forEachNotMet(Action action) {
    for (int slot = 0; slot < devices.length; slot++) {
      if (devices[slot] != FREE && !met[slot]) {
        action.on(devices[slot], inodes[slot]);
      }
    }
  }

  /** Returns how many there are. */
  int size() {
    return size;
  }

  /** Returns where the directory is, or would be. */
  private int slot(long device, long inode) {
    int mask = devices.length - 1;
    int slot = Long.hashCode((inode * 31 + device) * 0x9E3779B97F4A7C15L) & mask;
    while (devices[slot] != FREE && (devices[slot] != device || inodes[slot] != inode)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldDevices = devices;
    long[] oldInodes = inodes;
    boolean[] oldMet = met;
    devices = new long[oldDevices.length * 2];
    inodes = Arrays.copyOf(oldInodes, devices.length);
    met = new boolean[devices.length];
    for (int i = 0; i < oldDevices.length; i++) {
      if (oldDevices[i] != FREE) {
        int slot = slot(oldDevices[i], oldInodes[i]);
        devices[slot] = oldDevices[i];
        inodes[slot] = oldInodes[i];
        met[slot] = oldMet[i];
      }
    }
  }
}
