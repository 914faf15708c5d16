package io.nacre.engine.ops;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/** The actions on signals of this process, see signal(7). */
public final class Signals {

  private Signals() {}

  /**
   * Runs {@code action} on a thread of its own for each signal {@code name}, such as {@code TERM}.
   * QUIT belongs to the JVM, for a dump of its threads.
   */
  public static void on(String name, Runnable action) {
    // sun.misc.Signal by its name: the JDK has no other API for signals, and the compiler's warning
    // about this one can only be suppressed together with all other warnings.
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler run =
          (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
              action.run();
            }
            return null;
          };
      signal
          .getMethod("handle", signal, handler)
          .invoke(
              null,
              signal.getConstructor(String.class).newInstance(name),
              Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, run));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("signal " + name + " cannot be handled", e);
    }
  }
}
