package dev.skipstone.tornado.host;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Method;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

final class KernelCompiler {
  private KernelCompiler() {}

  static KernelBody compile(KernelMethod kernel) {
    Method method = kernel.method();
    ClassDesc owner = kernel.owner().describeConstable().orElseThrow();
    MethodTypeDesc type =
        MethodType.methodType(method.getReturnType(), method.getParameterTypes())
            .describeConstable()
            .orElseThrow();
    byte[] bytes =
        ClassFile.of()
            .build(
                ClassDesc.of(kernel.owner().getPackageName(), "Kernel"),
                builder ->
                    builder
                        .withInterfaceSymbols(KernelBody.class.describeConstable().orElseThrow())
                        .withMethodBody(
                            ConstantDescs.INIT_NAME,
                            ConstantDescs.MTD_void,
                            AccessFlag.PUBLIC.mask(),
                            code ->
                                code.aload(0)
                                    .invokespecial(
                                        ConstantDescs.CD_Object,
                                        ConstantDescs.INIT_NAME,
                                        ConstantDescs.MTD_void)
                                    .return_())
                        .withMethodBody(
                            "run",
                            MethodTypeDesc.of(
                                ConstantDescs.CD_void, ConstantDescs.CD_Object.arrayType()),
                            AccessFlag.PUBLIC.mask(),
                            code -> {
                              for (int i = 0; i < type.parameterCount(); i++) {
                                code.aload(1).loadConstant(i).aaload();
                                unbox(code, type.parameterType(i));
                              }
                              code.invokestatic(
                                      owner, method.getName(), type, kernel.owner().isInterface())
                                  .return_();
                            }));
    try {
      return (KernelBody)
          kernel
              .lookup()
              .defineHiddenClass(bytes, false, MethodHandles.Lookup.ClassOption.NESTMATE)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new TornadoRuntimeException(e);
    }
  }

  private static void unbox(CodeBuilder code, ClassDesc type) {
    if (!type.isPrimitive()) {
      code.checkcast(type);
      return;
    }
    MethodType wrapped;
    try {
      Class<?> primitive = (Class<?>) type.resolveConstantDesc(MethodHandles.lookup());
      wrapped = MethodType.methodType(primitive).wrap();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    ClassDesc box = wrapped.returnType().describeConstable().orElseThrow();
    code.checkcast(box).invokevirtual(box, type.displayName() + "Value", MethodTypeDesc.of(type));
  }
}
