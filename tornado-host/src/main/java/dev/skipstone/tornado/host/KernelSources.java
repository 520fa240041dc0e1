package dev.skipstone.tornado.host;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** Class files of kernels and of the methods that they call. */
final class KernelSources {
  private final ClassLoader loader;
  private final Map<String, ClassModel> classes = new HashMap<>();

  KernelSources(ClassLoader loader) {
    this.loader = loader;
  }

  /** A static method of the program, and not of the JDK or of TornadoVM's API. */
  record StaticMethod(ClassModel owner, MethodModel model) {
    String key() {
      return key(
          owner.thisClass().asInternalName(),
          model.methodName().stringValue(),
          model.methodType().stringValue());
    }

    static String key(String owner, String name, String type) {
      return owner + "." + name + type;
    }

    String name() {
      return model.methodName().stringValue();
    }

    String simpleClassName() {
      String name = owner.thisClass().asInternalName();
      return name.substring(name.lastIndexOf('/') + 1).replace('$', '.');
    }

    String file() {
      return owner
          .findAttribute(Attributes.sourceFile())
          .map(SourceFileAttribute::sourceFile)
          .map(Object::toString)
          .orElse("unknown");
    }
  }

  StaticMethod method(Class<?> owner, String name, String type) {
    return find(owner.getName().replace('.', '/'), name, type)
        .orElseThrow(() ->
            new TornadoRuntimeException(
                "the class file of %s does not have %s".formatted(owner.getName(), name)));
  }

  /** The static method behind a call, if it is one whose code a kernel may contain. */
  Optional<StaticMethod> callee(InvokeInstruction call) {
    String owner = call.owner().asInternalName();
    if (owner.startsWith("java/")
        || owner.startsWith("[")
        || owner.startsWith("uk/ac/manchester/tornado/api/")) {
      return Optional.empty();
    }
    return find(owner, call.name().stringValue(), call.type().stringValue());
  }

  private Optional<StaticMethod> find(String owner, String name, String type) {
    ClassModel model = classes.computeIfAbsent(owner, this::read);
    return model.methods().stream()
        .filter(method -> method.methodName().equalsString(name))
        .filter(method -> method.methodType().equalsString(type))
        .filter(method -> method.flags().has(AccessFlag.STATIC) && method.code().isPresent())
        .findFirst()
        .map(method -> new StaticMethod(model, method));
  }

  private ClassModel read(String internalName) {
    String file = internalName + ".class";
    try (InputStream in =
        loader == null
            ? ClassLoader.getSystemResourceAsStream(file)
            : loader.getResourceAsStream(file)) {
      if (in == null) {
        throw new TornadoRuntimeException(
            "the class file of %s cannot be read; a kernel's class must come from a folder or a jar"
                .formatted(ClassDesc.ofInternalName(internalName).displayName()));
      }
      return ClassFile.of().parse(in.readAllBytes());
    } catch (IOException e) {
      throw new TornadoRuntimeException(e);
    }
  }
}
