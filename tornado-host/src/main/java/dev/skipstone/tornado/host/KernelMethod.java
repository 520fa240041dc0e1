package dev.skipstone.tornado.host;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.annotations.Reduce;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** The method that a task runs. */
public record KernelMethod(Method method, MethodHandles.Lookup lookup) {
  private static final int NO_CONTEXT = -1;

  /**
   * Finds the method behind a method reference or a lambda.
   *
   * @throws TornadoRuntimeException if it is not a static method, or captures values
   */
  static KernelMethod of(Object code) {
    if (code instanceof Method method) {
      return of(method);
    }
    SerializedLambda lambda = serialized(code);
    String name = lambda.getImplClass().replace('/', '.') + "::" + lambda.getImplMethodName();
    if (lambda.getCapturedArgCount() > 0) {
      throw new TornadoRuntimeException(
          "kernel %s is no static method, or uses variables from outside; pass them as arguments"
              .formatted(name));
    }
    try {
      Class<?> owner =
          Class.forName(
              lambda.getImplClass().replace('/', '.'), false, code.getClass().getClassLoader());
      return Arrays.stream(owner.getDeclaredMethods())
          .filter(method -> method.getName().equals(lambda.getImplMethodName()))
          .filter(method ->
              java.lang.invoke.MethodType.methodType(
                      method.getReturnType(), method.getParameterTypes())
                  .toMethodDescriptorString()
                  .equals(lambda.getImplMethodSignature()))
          .findFirst()
          .map(KernelMethod::of)
          .orElseThrow(() -> new NoSuchMethodException(name));
    } catch (ReflectiveOperationException e) {
      throw new TornadoRuntimeException(e);
    }
  }

  /** A kernel that is named by reflection. */
  static KernelMethod of(Method method) {
    String name = method.getDeclaringClass().getName() + "::" + method.getName();
    if (!Modifier.isStatic(method.getModifiers()) || method.getReturnType() != void.class) {
      throw new TornadoRuntimeException("kernel " + name + " is no static method without a result");
    }
    try {
      return new KernelMethod(method, KernelLookup.in(method.getDeclaringClass()));
    } catch (ReflectiveOperationException e) {
      throw new TornadoRuntimeException(e);
    }
  }

  private static SerializedLambda serialized(Object code) {
    try {
      Method writeReplace = code.getClass().getDeclaredMethod("writeReplace");
      writeReplace.setAccessible(true);
      return (SerializedLambda) writeReplace.invoke(code);
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new TornadoRuntimeException(
          "a task needs a method reference, not an object of " + code.getClass().getName());
    }
  }

  private static MethodType type(Method method) {
    return MethodType.methodType(method.getReturnType(), method.getParameterTypes());
  }

  MethodType type() {
    return type(method);
  }

  Class<?> owner() {
    return method.getDeclaringClass();
  }

  /** The kernel's class and name, for people. */
  public String name() {
    return method.getDeclaringClass().getSimpleName() + "::" + method.getName();
  }

  /** The position of the parameter that holds the context, or a negative number. */
  public int contextParameter() {
    int position = Arrays.asList(method.getParameterTypes()).indexOf(KernelContext.class);
    return position < 0 ? NO_CONTEXT : position;
  }

  /** The name of a parameter, or its number if the compiler did not keep names. */
  public String parameter(int index) {
    Parameter parameter = method.getParameters()[index];
    return parameter.isNamePresent() ? parameter.getName() : "argument " + index;
  }

  /** True if iterations are reduced into a parameter. */
  public boolean reduces(int index) {
    return method.getParameters()[index].isAnnotationPresent(Reduce.class);
  }

  /** True for a kernel whose launch is described by a grid. */
  boolean usesContext() {
    return contextParameter() != NO_CONTEXT;
  }
}
