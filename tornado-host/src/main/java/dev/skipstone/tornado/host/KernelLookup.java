package dev.skipstone.tornado.host;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;

/** Gets at what is private in a kernel's class. */
final class KernelLookup {
  private static final String DOOR = "KernelLookupDoor";

  private KernelLookup() {}

  /**
   * A lookup that may define hidden classes beside a class.
   *
   * <p>Where another class loader, and so another module, has the class, a lookup from here has not
   * all rights. One from a class that is put into its package has.
   */
  static Lookup in(Class<?> owner) throws ReflectiveOperationException {
    Lookup direct = MethodHandles.privateLookupIn(owner, MethodHandles.lookup());
    if (direct.hasFullPrivilegeAccess()) {
      return direct;
    }
    Lookup inPackage = (Lookup) door(owner, direct).getMethod("lookup").invoke(null);
    return MethodHandles.privateLookupIn(owner, inPackage);
  }

  private static synchronized Class<?> door(Class<?> owner, Lookup lookup)
      throws ReflectiveOperationException {
    String prefix = owner.getPackageName().isEmpty() ? "" : owner.getPackageName() + ".";
    try {
      return Class.forName(prefix + DOOR, true, owner.getClassLoader());
    } catch (ClassNotFoundException e) {
      return lookup.defineClass(bytes(ClassDesc.of(prefix + DOOR)));
    }
  }

  private static byte[] bytes(ClassDesc name) {
    ClassDesc lookup = Lookup.class.describeConstable().orElseThrow();
    return ClassFile.of()
        .build(
            name,
            builder ->
                builder
                    .withFlags(ClassFile.ACC_PUBLIC)
                    .withMethodBody(
                        "lookup",
                        MethodTypeDesc.of(lookup),
                        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                        code ->
                            code.invokestatic(
                                    MethodHandles.class.describeConstable().orElseThrow(),
                                    "lookup",
                                    MethodTypeDesc.of(lookup))
                                .areturn()));
  }
}
