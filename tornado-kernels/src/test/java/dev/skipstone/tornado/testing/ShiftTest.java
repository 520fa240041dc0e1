package dev.skipstone.tornado.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skipstone.tornado.host.sanitizer.KernelSanitizer;
import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.KernelRegistry;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.reflect.Method;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * TornadoVM compiles both of Java's shifts to the right to one: for OpenCL the one that draws the
 * sign in, for PTX the one that draws zeros in. Kernels give the same with either.
 */
final class ShiftTest {
  private static final int RUNS = 6;

  /** What a shift to the right becomes. */
  enum Shift {
    AS_OPENCL,
    AS_PTX;

    private Opcode replaced(Opcode opcode) {
      return switch (opcode) {
        case IUSHR, ISHR -> this == AS_PTX ? Opcode.IUSHR : Opcode.ISHR;
        case LUSHR, LSHR -> this == AS_PTX ? Opcode.LUSHR : Opcode.LSHR;
        default -> opcode;
      };
    }

    private ClassLoader loader(Class<?> member) {
      ClassFile classFile = KernelClassLoader.classFile(member.getClassLoader());
      ClassTransform transform =
          ClassTransform.transformingMethodBodies((code, element) -> {
            if (element instanceof OperatorInstruction operator) {
              code.with(OperatorInstruction.of(replaced(operator.opcode())));
            } else {
              code.with(element);
            }
          });
      return new KernelClassLoader(
          member, (_, content) -> classFile.transformClass(classFile.parse(content), transform));
    }
  }

  static Stream<Named<Choice<?>>> variants() {
    return Choice.all().map(choice -> Named.of(choice.variant().name(), choice));
  }

  @ParameterizedTest
  @MethodSource("variants")
  void kernelsAreRightHoweverADeviceShifts(Choice<?> choice) {
    for (Shift shift : Shift.values()) {
      check(choice, shift, shift.loader(KernelRegistry.class));
    }
  }

  private static <A extends Arguments> void check(
      Choice<A> choice, Shift shift, ClassLoader loader) {
    KernelCases cases = new KernelCases(5, CaseSizes.SMALL);
    for (int i = 0; i < RUNS; i++) {
      A arguments = choice.next(cases);
      Expectation expectation = KernelReference.of(choice.operation(), arguments);
      KernelTask task = KernelTask.of(choice.variant(), arguments);
      new KernelSanitizer().check(task.in(loader), task.range(), task.arguments());
      assertThat(expectation.difference(arguments))
          .as("shifts %s, run %d, %s", shift, i, VariantChecks.shape(arguments))
          .isEmpty();
    }
  }

  /** What the kernels must not do: the lowest byte with its sign. */
  public static int signedByte(int word) {
    return (word << 24) >> 24;
  }

  /** And this: the highest byte without a sign. */
  public static int unsignedByte(int word) {
    return word >>> 24;
  }

  @ParameterizedTest
  @EnumSource(Shift.class)
  void shiftsAreReplaced(Shift shift) throws ReflectiveOperationException {
    Class<?> changed = shift.loader(ShiftTest.class).loadClass(ShiftTest.class.getName());
    int signed = call(changed, "signedByte", 0x80);
    int unsigned = call(changed, "unsignedByte", 0x80000000);
    boolean zeros = shift == Shift.AS_PTX;
    assertThat(signed).isEqualTo(zeros ? 128 : signedByte(0x80));
    assertThat(unsigned).isEqualTo(zeros ? unsignedByte(0x80000000) : -128);
  }

  private static int call(Class<?> owner, String name, int word)
      throws ReflectiveOperationException {
    Method method = owner.getMethod(name, int.class);
    method.setAccessible(true);
    return (int) method.invoke(null, word);
  }
}
