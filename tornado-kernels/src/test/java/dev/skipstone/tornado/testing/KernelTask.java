package dev.skipstone.tornado.testing;

import dev.skipstone.tornado.host.GraphDefinition;
import dev.skipstone.tornado.host.GraphStep;
import dev.skipstone.tornado.host.NdRange;
import dev.skipstone.tornado.host.Size;
import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.KernelVariant;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.util.Arrays;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.WorkerGrid;

/** The method, the range and the arguments that a variant makes a task of. */
@SuppressWarnings("ArrayRecordComponent")
record KernelTask(
    Class<?> owner, String method, MethodType type, NdRange range, Object[] arguments) {

  static <A extends Arguments> KernelTask of(KernelVariant<A> variant, A arguments) {
    TaskGraph graph = new TaskGraph("task");
    variant.task().addTo(graph, variant.name(), new KernelContext(), arguments);
    GraphStep.Task task = (GraphStep.Task) definition(graph.snapshot()).steps().getFirst();
    SerializedLambda lambda = serialized(task.code());
    try {
      ClassLoader loader = KernelTask.class.getClassLoader();
      Class<?> owner = Class.forName(lambda.getImplClass().replace('/', '.'), false, loader);
      MethodType type =
          MethodType.fromMethodDescriptorString(lambda.getImplMethodSignature(), loader);
      return new KernelTask(
          owner,
          lambda.getImplMethodName(),
          type,
          range(variant.grid(arguments)),
          task.arguments().toArray());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static GraphDefinition definition(ImmutableTaskGraph graph) {
    return (GraphDefinition) call(ImmutableTaskGraph.class, "definition", graph);
  }

  private static SerializedLambda serialized(Object lambda) {
    return (SerializedLambda) call(lambda.getClass(), "writeReplace", lambda);
  }

  private static Object call(Class<?> owner, String name, Object receiver) {
    try {
      Method method = owner.getDeclaredMethod(name);
      method.setAccessible(true);
      return method.invoke(receiver);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static NdRange range(WorkerGrid grid) {
    return new NdRange(size(grid.getGlobalWork()), size(grid.getLocalWork()));
  }

  private static Size size(long[] work) {
    int[] sizes = Arrays.stream(work).mapToInt(Math::toIntExact).toArray();
    return new Size(sizes[0], sizes[1], sizes[2]);
  }

  /** The same method of a class that another loader has. */
  Method in(ClassLoader loader) {
    try {
      return loader.loadClass(owner.getName()).getMethod(method, type.parameterArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
