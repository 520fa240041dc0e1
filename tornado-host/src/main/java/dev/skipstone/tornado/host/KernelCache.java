package dev.skipstone.tornado.host;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Compiled kernels, kept as long as their classes. A kernel is one for all plans: written anew for
 * each plan it would start in the JVM's interpreter each time.
 */
final class KernelCache {
  private static final ClassValue<Map<Key, CompiledKernel>> KERNELS =
      new ClassValue<>() {
        @Override
        protected Map<Key, CompiledKernel> computeValue(Class<?> owner) {
          return new ConcurrentHashMap<>();
        }
      };

  private record Key(Method method, Instrumentation instrumentation) {}

  private KernelCache() {}

  static CompiledKernel get(KernelMethod kernel, Instrumentation instrumentation) {
    return KERNELS
        .get(kernel.owner())
        .computeIfAbsent(
            new Key(kernel.method(), instrumentation),
            _ -> KernelCompiler.compile(kernel, instrumentation));
  }
}
