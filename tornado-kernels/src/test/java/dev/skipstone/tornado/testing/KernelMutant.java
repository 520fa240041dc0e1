package dev.skipstone.tornado.testing;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A kernel's class with one fault put into it, made from the class file, so that it is always the
 * kernel of today that is changed.
 *
 * @param owner the class
 * @param method that was changed
 * @param fault that was put in
 * @param ordinal the number of the place, from 1, among those of the method for this fault
 * @param line of the source
 * @param bytes the class file
 */
@SuppressWarnings("ArrayRecordComponent")
record KernelMutant(
    Class<?> owner, String method, Fault fault, int ordinal, int line, byte[] bytes) {
  private static final String CONTEXT = "uk/ac/manchester/tornado/api/KernelContext";
  private static final String ARRAYS = "uk/ac/manchester/tornado/api/types/arrays/";
  private static final Set<Opcode> CONDITIONS =
      Set.of(Opcode.IF_ICMPGE, Opcode.IF_ICMPNE, Opcode.IFNE);

  /** What is wrong with a mutant. */
  enum Fault {
    /** A barrier is gone. */
    NO_BARRIER,
    /** What is guarded by a comparison is done in any case. */
    NO_GUARD,
    /** A loop runs once more. */
    LOOP_BOUND,
    /** An element's neighbour is read or written. */
    INDEX
  }

  /** All mutants of a method. */
  static List<KernelMutant> of(Class<?> owner, String method) {
    ClassModel model = parse(owner);
    List<KernelMutant> mutants = new ArrayList<>();
    for (MethodModel candidate : model.methods()) {
      if (candidate.methodName().equalsString(method)) {
        List<CodeElement> code = candidate.code().orElseThrow().elementList();
        int line = 0;
        for (int i = 0; i < code.size(); i++) {
          if (code.get(i) instanceof LineNumber number) {
            line = number.line();
          }
          Fault fault = possibleFault(code, i);
          if (fault != null) {
            byte[] bytes = mutate(owner, model, candidate, i, fault);
            int ordinal = 1 + (int) mutants.stream().filter(m -> m.fault == fault).count();
            mutants.add(new KernelMutant(owner, method, fault, ordinal, line, bytes));
          }
        }
      }
    }
    return mutants;
  }

  private static ClassModel parse(Class<?> owner) {
    String file = owner.getName().replace('.', '/') + ".class";
    try (InputStream in = owner.getClassLoader().getResourceAsStream(file)) {
      return ClassFile.of().parse(in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException("the class file of " + owner + " can't be read", e);
    }
  }

  private static Fault possibleFault(List<CodeElement> code, int index) {
    return switch (code.get(index)) {
      case InvokeInstruction call
          when call.owner().asInternalName().equals(CONTEXT)
              && call.name().equalsString("localBarrier") ->
          Fault.NO_BARRIER;
      case InvokeInstruction call when isGlobalAccess(call) -> Fault.INDEX;
      case ArrayLoadInstruction _, ArrayStoreInstruction _ -> Fault.INDEX;
      case BranchInstruction branch when CONDITIONS.contains(branch.opcode()) ->
          leavesLoop(code, index, branch.target())
              ? branch.opcode() == Opcode.IF_ICMPGE ? Fault.LOOP_BOUND : null
              : Fault.NO_GUARD;
      default -> null;
    };
  }

  private static boolean isGlobalAccess(InvokeInstruction call) {
    return call.owner().asInternalName().startsWith(ARRAYS)
        && (call.name().equalsString("get") || call.name().equalsString("set"));
  }

  /** Whether a branch goes to just behind a jump back to before the branch. */
  private static boolean leavesLoop(List<CodeElement> code, int index, Label target) {
    int end = position(code, target);
    for (int i = end - 1; i > index; i--) {
      if (code.get(i) instanceof BranchInstruction branch
          && (branch.opcode() == Opcode.GOTO || branch.opcode() == Opcode.GOTO_W)) {
        return position(code, branch.target()) < index;
      }
      if (code.get(i) instanceof Instruction) {
        return false;
      }
    }
    return false;
  }

  private static int position(List<CodeElement> code, Label label) {
    for (int i = 0; i < code.size(); i++) {
      if (code.get(i) instanceof LabelTarget target && target.label().equals(label)) {
        return i;
      }
    }
    throw new IllegalArgumentException("a label has no place");
  }

  private static byte[] mutate(
      Class<?> owner, ClassModel model, MethodModel method, int index, Fault fault) {
    CodeTransform transform =
        CodeTransform.ofStateful(() -> {
          int[] at = {0};
          return (code, element) -> {
            if (at[0]++ == index) {
              put(code, element, fault);
            } else {
              code.with(element);
            }
          };
        });
    return KernelClassLoader.classFile(owner.getClassLoader())
        .transformClass(
            model,
            ClassTransform.transformingMethodBodies(
                candidate ->
                    candidate.methodName().equalsString(method.methodName().stringValue())
                        && candidate.methodType().equalsString(method.methodType().stringValue()),
                transform));
  }

  private static void put(CodeBuilder code, CodeElement element, Fault fault) {
    switch (fault) {
      case NO_BARRIER -> code.pop();
      case NO_GUARD -> {
        if (((BranchInstruction) element).opcode() == Opcode.IFNE) {
          code.pop();
        } else {
          code.pop2();
        }
      }
      case LOOP_BOUND -> code.if_icmpgt(((BranchInstruction) element).target());
      case INDEX -> {
        boolean store =
            element instanceof ArrayStoreInstruction
                || (element instanceof InvokeInstruction call && call.name().equalsString("set"));
        if (store) {
          code.swap().iconst_1().iadd().swap();
        } else {
          code.iconst_1().iadd();
        }
        code.with(element);
      }
    }
  }

  /** The kernel's package with this class in it. */
  ClassLoader loader() {
    return new KernelClassLoader(
        owner, (name, content) -> name.equals(owner.getName()) ? bytes : content);
  }

  @Override
  public String toString() {
    return "%s %s %d".formatted(method, fault, ordinal);
  }
}
