package dev.skipstone.tornado.host;

import java.lang.classfile.Attributes;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.TypeAnnotation;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import uk.ac.manchester.tornado.api.annotations.Parallel;

/**
 * The loops of a method whose variable is annotated with {@link Parallel}.
 *
 * <p>The compiler keeps such an annotation with the variable's slot and the range of instructions
 * in which it lives: from behind its first assignment to the loop's end.
 */
public final class ParallelLoops {
  /** Owner of the calls that mark iterations; they are rewritten before they could run. */
  public static final ClassDesc MARKER = ClassDesc.of("ParallelLoop");

  public static final String ITERATION = "iteration";
  public static final String END = "end";

  static final ParallelLoops NONE = new ParallelLoops(List.of());

  private static final int INNERMOST = 4;
  private static final int DEPTH_MASK = 3;

  private final List<Loop> loops;

  private record Loop(int slot, int start, int end, int code) {
    private boolean contains(Loop other) {
      return !equals(other) && start <= other.start && other.end <= end;
    }
  }

  private ParallelLoops(List<Loop> loops) {
    this.loops = loops;
  }

  static ParallelLoops of(CodeModel method) {
    CodeAttribute code = (CodeAttribute) method;
    List<Loop> found = new ArrayList<>();
    code.findAttribute(Attributes.runtimeVisibleTypeAnnotations())
        .ifPresent(attribute ->
            attribute.annotations().stream()
                .filter(ParallelLoops::isParallel)
                .map(TypeAnnotation::targetInfo)
                .filter(TypeAnnotation.LocalVarTarget.class::isInstance)
                .map(TypeAnnotation.LocalVarTarget.class::cast)
                .flatMap(target -> target.table().stream())
                .map(variable ->
                    new Loop(
                        variable.index(),
                        code.labelToBci(variable.startLabel()),
                        code.labelToBci(variable.endLabel()),
                        0))
                .forEach(found::add));
    found.sort(Comparator.comparingInt(Loop::start));
    return new ParallelLoops(found.stream().map(loop -> withCode(loop, found)).toList());
  }

  private static boolean isParallel(TypeAnnotation annotation) {
    return annotation.annotation().classSymbol().equals(ClassDesc.of(Parallel.class.getName()));
  }

  private static Loop withCode(Loop loop, List<Loop> all) {
    int depth = (int) all.stream().filter(other -> other.contains(loop)).count();
    boolean innermost = all.stream().noneMatch(loop::contains);
    return new Loop(
        loop.slot(),
        loop.start(),
        loop.end(),
        Math.min(depth, DEPTH_MASK) | (innermost ? INNERMOST : 0));
  }

  /** How many parallel loops are around the loop that a mark is for. */
  public static int depth(int loop) {
    return loop & DEPTH_MASK;
  }

  /** Whether the loop that a mark is for has no parallel loop inside. */
  public static boolean innermost(int loop) {
    return (loop & INNERMOST) != 0;
  }

  /** Marks a new iteration behind an instruction that sets a loop's variable. */
  void markIterations(CodeBuilder code, Instruction instruction, int next) {
    int slot =
        switch (instruction) {
          case StoreInstruction store -> store.slot();
          case IncrementInstruction increment -> increment.slot();
          default -> -1;
        };
    for (Loop loop : loops) {
      if (loop.slot() == slot && loop.start() <= next && next < loop.end()) {
        code.iload(slot)
            .loadConstant(loop.code())
            .invokestatic(
                MARKER,
                ITERATION,
                MethodTypeDesc.of(
                    ConstantDescs.CD_void, ConstantDescs.CD_int, ConstantDescs.CD_int));
      }
    }
  }

  /** Marks the ends of loops before the instruction at a position. */
  void markEnds(CodeBuilder code, int position) {
    for (Loop loop : loops) {
      if (loop.end() == position) {
        code.loadConstant(loop.code())
            .invokestatic(
                MARKER, END, MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int));
      }
    }
  }
}
