package dev.skipstone.tornado.host;

import dev.skipstone.tornado.host.KernelSources.StaticMethod;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup.ClassOption;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/**
 * Makes a hidden class that runs a kernel: beside the kernel's own class, so that it may call what
 * is private there, and with copies of the methods that have to change.
 */
final class KernelCompiler {
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(
          ConstantDescs.CD_void, ConstantDescs.CD_Object.arrayType(), SuspendableMethod.FLOW);

  private final KernelMethod kernel;
  private final Instrumentation instrumentation;
  private final ClassDesc name;
  private final Map<Site, Integer> sites = new LinkedHashMap<>();
  private final Map<String, String> copies = new HashMap<>();

  private KernelCompiler(KernelMethod kernel, Instrumentation instrumentation) {
    this.kernel = kernel;
    this.instrumentation = instrumentation;
    this.name = ClassDesc.of(kernel.owner().getName() + "$$Kernel");
  }

  /** Compiles a kernel; only what has a barrier or is instrumented is written anew. */
  static CompiledKernel compile(KernelMethod kernel, Instrumentation instrumentation) {
    return new KernelCompiler(kernel, instrumentation).compile();
  }

  private CompiledKernel compile() {
    ClassLoader loader = kernel.owner().getClassLoader();
    KernelSources sources = new KernelSources(loader);
    StaticMethod start =
        sources.method(
            kernel.owner(), kernel.method().getName(), kernel.type().toMethodDescriptorString());
    CallTree calls = new CallTree(sources, start);
    Collection<StaticMethod> changed =
        instrumentation.needed() ? calls.methods() : calls.suspendingMethods();
    changed.forEach(method -> copies.put(method.key(), method.name() + "$" + copies.size()));
    ClassHierarchyResolver resolver =
        loader == null
            ? ClassHierarchyResolver.defaultResolver()
            : ClassHierarchyResolver.ofClassLoading(loader)
                .orElse(ClassHierarchyResolver.defaultResolver());
    byte[] bytes =
        ClassFile.of(
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                ClassFile.ClassHierarchyResolverOption.of(resolver))
            .build(
                name,
                builder -> {
                  builder
                      .with(SourceFileAttribute.of(start.file()))
                      .withInterfaceSymbols(ClassDesc.of(KernelBody.class.getName()))
                      .withMethodBody(
                          ConstantDescs.INIT_NAME,
                          ConstantDescs.MTD_void,
                          AccessFlag.PUBLIC.mask(),
                          KernelCompiler::constructor)
                      .withMethodBody("run", RUN, AccessFlag.PUBLIC.mask(), this::run);
                  changed.forEach(method -> write(builder, method, calls, resolver));
                });
    return new CompiledKernel(
        kernel, load(bytes), List.copyOf(sites.keySet()), calls.hasBarriers());
  }

  private void write(
      ClassBuilder builder, StaticMethod method, CallTree calls, ClassHierarchyResolver resolver) {
    builder.withMethodBody(
        copies.get(method.key()),
        SuspendableMethod.withFlow(method.model().methodTypeSymbol()),
        ClassFile.ACC_STATIC,
        code ->
            new SuspendableMethod(
                    method,
                    SuspensionFrames.probe(method, calls, resolver, instrumentation.needed()),
                    calls,
                    name,
                    copies::get,
                    line -> site(method, line),
                    instrumentation)
                .write(code));
  }

  private int site(StaticMethod method, int line) {
    Site site = new Site(method.simpleClassName(), method.name(), method.file(), line);
    return sites.computeIfAbsent(site, _ -> sites.size());
  }

  private static void constructor(CodeBuilder code) {
    code.aload(0)
        .invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
        .return_();
  }

  private void run(CodeBuilder code) {
    Method method = kernel.method();
    MethodTypeDesc type = kernel.type().describeConstable().orElseThrow();
    for (int i = 0; i < type.parameterCount(); i++) {
      code.aload(1).loadConstant(i).aaload();
      unbox(code, kernel.type().parameterType(i));
    }
    String owner = kernel.owner().getName().replace('.', '/');
    String copy =
        copies.get(
            StaticMethod.key(owner, method.getName(), kernel.type().toMethodDescriptorString()));
    if (copy == null) {
      code.invokestatic(
          ClassDesc.of(kernel.owner().getName()),
          method.getName(),
          type,
          kernel.owner().isInterface());
    } else {
      code.aload(2).invokestatic(name, copy, SuspendableMethod.withFlow(type));
    }
    code.return_();
  }

  private static void unbox(CodeBuilder code, Class<?> type) {
    ClassDesc box =
        MethodType.methodType(type).wrap().returnType().describeConstable().orElseThrow();
    code.checkcast(box);
    if (type.isPrimitive()) {
      code.invokevirtual(
          box, type.getName() + "Value", MethodTypeDesc.of(type.describeConstable().orElseThrow()));
    }
  }

  private KernelBody load(byte[] bytes) {
    try {
      MethodHandles.Lookup hidden =
          kernel.lookup().defineHiddenClass(bytes, true, ClassOption.NESTMATE);
      return (KernelBody)
          hidden.findConstructor(hidden.lookupClass(), MethodType.methodType(void.class)).invoke();
    } catch (Throwable e) {
      throw new TornadoRuntimeException(
          "kernel %s cannot be loaded: %s".formatted(kernel.name(), e));
    }
  }
}
