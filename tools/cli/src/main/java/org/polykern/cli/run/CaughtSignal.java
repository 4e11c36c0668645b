package org.polykern.cli.run;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * A signal, such as Ctrl-C, as a callback. The JDK's only door to signals is {@code
 * sun.misc.Signal}, whose direct use is a warning that cannot be switched off; hence the
 * reflection. Where that door is shut, the signal simply does to the process what it usually does.
 */
public final class CaughtSignal implements AutoCloseable {
  private final Runnable restore;

  private CaughtSignal(Runnable restore) {
    this.restore = restore;
  }

  /**
   * Calls back at each such signal, on a signal thread, until closed.
   *
   * @param name without its SIG: {@code INT} for Ctrl-C
   */
  public static CaughtSignal on(String name, Runnable callback) {
    try {
      Class<?> signalType = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object signal = signalType.getConstructor(String.class).newInstance(name);
      var handle = signalType.getMethod("handle", signalType, handlerType);
      MethodHandle run =
          MethodHandles.lookup()
              .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
              .bindTo(callback);
      Object handler =
          MethodHandleProxies.asInterfaceInstance(
              handlerType, MethodHandles.dropArguments(run, 0, signalType));
      Object before = handle.invoke(null, signal, handler);
      return new CaughtSignal(() -> invokeQuietly(() -> handle.invoke(null, signal, before)));
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      return new CaughtSignal(() -> {});
    }
  }

  /** Both, closed together. */
  public CaughtSignal and(CaughtSignal other) {
    return new CaughtSignal(() -> {
      other.close();
      close();
    });
  }

  @Override
  public void close() {
    restore.run();
  }

  @FunctionalInterface
  private interface Reflective {
    Object call() throws ReflectiveOperationException;
  }

  private static void invokeQuietly(Reflective call) {
    try {
      var _ = call.call();
    } catch (ReflectiveOperationException e) {
      // The process ends next; a handler left behind harms nobody.
    }
  }
}
