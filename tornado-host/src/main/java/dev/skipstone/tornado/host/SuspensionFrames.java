package dev.skipstone.tornado.host;

import dev.skipstone.tornado.host.KernelSources.StaticMethod;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.PseudoInstruction;
import java.lang.classfile.attribute.StackMapFrameInfo;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.classfile.instruction.LocalVariableType;
import java.lang.constant.ClassDesc;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds what is in local variables and on the operand stack behind each call that can suspend.
 *
 * <p>The JDK's class file writer computes such frames at the targets of jumps. So a jump to the
 * next instruction is written behind each of these calls, and the result is read again.
 */
final class SuspensionFrames {
  private SuspensionFrames() {}

  /** The method with a jump to the next instruction behind each call that can suspend. */
  static CodeModel probe(
      StaticMethod method, CallTree calls, ClassHierarchyResolver resolver, boolean markLoops) {
    ClassFile context =
        ClassFile.of(
            ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
            ClassFile.ClassHierarchyResolverOption.of(resolver));
    CodeModel original = method.model().code().orElseThrow();
    ParallelLoops loops = markLoops ? ParallelLoops.of(original) : ParallelLoops.NONE;
    byte[] bytes =
        context.build(
            ClassDesc.of("Probe"),
            builder ->
                builder.withMethodBody(
                    method.name(),
                    method.model().methodTypeSymbol(),
                    ClassFile.ACC_STATIC,
                    code -> copy(code, original, calls, loops)));
    return ClassFile.of().parse(bytes).methods().getFirst().code().orElseThrow();
  }

  private static void copy(
      CodeBuilder code, CodeModel original, CallTree calls, ParallelLoops loops) {
    int position = 0;
    for (CodeElement element : original) {
      if (element instanceof LocalVariable
          || element instanceof LocalVariableType
          || !(element instanceof Instruction || element instanceof PseudoInstruction)) {
        continue;
      }
      if (!(element instanceof Instruction instruction)) {
        code.with(element);
        continue;
      }
      loops.markEnds(code, position);
      code.with(element);
      position += instruction.sizeInBytes();
      loops.markIterations(code, instruction, position);
      if (element instanceof InvokeInstruction call && calls.suspends(call)) {
        Label next = code.newLabel();
        code.goto_(next).labelBinding(next);
      }
    }
  }

  /** The frames of a method by the label that they belong to. */
  static Map<Label, StackMapFrameInfo> frames(CodeModel probed) {
    Map<Label, StackMapFrameInfo> frames = new HashMap<>();
    probed
        .findAttribute(Attributes.stackMapTable())
        .ifPresent(table -> table.entries().forEach(frame -> frames.put(frame.target(), frame)));
    return frames;
  }
}
