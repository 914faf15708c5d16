package io.nacre.linux.process;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import io.nacre.linux.Libc;

/** timer_create(2) and the calls on its timers; in librt before glibc 2.34. */
final class TimerLib {
  static {
    try {
      Libc.bind(TimerLib.class);
    } catch (UnsatisfiedLinkError olderGlibc) {
      Native.register(TimerLib.class, NativeLibrary.getInstance("rt"));
    }
  }

  private TimerLib() {}

  static native int timer_create(int clock, long event, long timer);

  static native int timer_settime(long timer, int flags, long value, long old);

  static native int timer_delete(long timer);
}
