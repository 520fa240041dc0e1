package dev.skipstone.tornado.host;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** The two doors into the API's classes that the API itself does not have. */
public final class ApiAccess {
  private static final MethodHandle NEW_CONTEXT;
  private static final VarHandle OBSERVER;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      NEW_CONTEXT =
          MethodHandles.privateLookupIn(KernelContext.class, lookup)
              .findConstructor(
                  KernelContext.class, MethodType.methodType(void.class, WorkItem.class));
      OBSERVER =
          MethodHandles.privateLookupIn(TornadoNativeArray.class, lookup)
              .findVarHandle(TornadoNativeArray.class, "observer", ArrayObserver.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private ApiAccess() {}

  /** The context of one work item. */
  public static KernelContext context(WorkItem item) {
    try {
      return (KernelContext) NEW_CONTEXT.invokeExact(item);
    } catch (Throwable e) {
      throw new IllegalStateException("a kernel's context could not be made", e);
    }
  }

  /** Tells an observer of the accesses from now on, or nobody if it is null. */
  public static void observe(TornadoNativeArray array, ArrayObserver observer) {
    OBSERVER.set(array, observer);
  }
}
