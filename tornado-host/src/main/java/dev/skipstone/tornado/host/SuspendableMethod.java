package dev.skipstone.tornado.host;

import dev.skipstone.tornado.host.KernelSources.StaticMethod;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.StackMapFrameInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.ObjectVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.SimpleVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.VerificationTypeInfo;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/**
 * Writes a method anew with a {@link Flow} as its last parameter, so that it can leave at a barrier
 * and go on there later.
 */
final class SuspendableMethod {
  public static final ClassDesc FLOW = ClassDesc.of(Flow.class.getName());

  private final StaticMethod method;
  private final CodeModel code;
  private final CallTree calls;
  private final Map<Label, StackMapFrameInfo> frames;
  private final Function<String, String> names;
  private final ClassDesc owner;
  private final ToIntFunction<Integer> sites;
  private final Instrumentation instrumentation;
  private final int flowSlot;
  private final List<Suspension> suspensions = new ArrayList<>();

  private record Suspension(
      Label resume, List<Variable> locals, List<VerificationTypeInfo> stack) {}

  private record Variable(int slot, VerificationTypeInfo type) {}

  /**
   * Prepares a method.
   *
   * @param probed its code, from {@link SuspensionFrames}
   * @param owner the class that is written
   * @param names names in it, by the keys of methods
   * @param sites sites by line
   */
  SuspendableMethod(
      StaticMethod method,
      CodeModel probed,
      CallTree calls,
      ClassDesc owner,
      Function<String, String> names,
      ToIntFunction<Integer> sites,
      Instrumentation instrumentation) {
    this.method = method;
    this.code = probed;
    this.calls = calls;
    this.frames = SuspensionFrames.frames(probed);
    this.names = names;
    this.owner = owner;
    this.sites = sites;
    this.instrumentation = instrumentation;
    this.flowSlot =
        method.model().methodTypeSymbol().parameterList().stream()
            .mapToInt(type -> TypeKind.from(type).slotSize())
            .sum();
  }

  static MethodTypeDesc withFlow(MethodTypeDesc type) {
    return type.insertParameterTypes(type.parameterCount(), FLOW);
  }

  /** Writes the method's body. */
  void write(CodeBuilder out) {
    long count =
        code.elementStream()
            .filter(element -> element instanceof InvokeInstruction call && calls.suspends(call))
            .count();
    List<Label> resumes = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      resumes.add(out.newLabel());
    }
    Label start = out.newLabel();
    if (count > 0) {
      List<SwitchCase> cases = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        cases.add(SwitchCase.of(i + 1, resumes.get(i)));
      }
      out.aload(flowSlot)
          .invokevirtual(FLOW, "resumePoint", MethodTypeDesc.of(ConstantDescs.CD_int))
          .tableswitch(1, (int) count, start, cases);
    }
    out.labelBinding(start);
    Instrumentation.Rewriter rewriter =
        instrumentation.rewriter(flowSlot, ((CodeAttribute) code).maxLocals() + 1);
    List<CodeElement> elements = code.elementList();
    LiveVariables live = new LiveVariables(code);
    int site = sites.applyAsInt(0);
    for (int i = 0; i < elements.size(); i++) {
      CodeElement element = elements.get(i);
      if (element instanceof LineNumber line) {
        site = sites.applyAsInt(line.line());
      }
      if (element instanceof InvokeInstruction call && calls.suspends(call)) {
        BranchInstruction jump = (BranchInstruction) elements.get(i + 1);
        suspendingCall(out, call, frames.get(jump.target()), live.after(i), resumes, site);
        i++;
      } else if (!rewriter.rewrite(out, element, site)) {
        copy(out, element);
      }
    }
  }

  private void copy(CodeBuilder out, CodeElement element) {
    switch (element) {
      case LoadInstruction load -> out.loadLocal(load.typeKind(), shifted(load.slot()));
      case StoreInstruction store -> out.storeLocal(store.typeKind(), shifted(store.slot()));
      case IncrementInstruction increment ->
          out.iinc(shifted(increment.slot()), increment.constant());
      case InvokeInstruction call
          when call.opcode() == Opcode.INVOKESTATIC && names.apply(CallTree.key(call)) != null ->
          callCopy(out, call);
      case Instruction instruction -> out.with(instruction);
      case LabelTarget _, LineNumber _, ExceptionCatch _ -> out.with(element);
      default -> {}
    }
  }

  private int shifted(int slot) {
    return slot < flowSlot ? slot : slot + 1;
  }

  private void callCopy(CodeBuilder out, InvokeInstruction call) {
    out.aload(flowSlot)
        .invokestatic(owner, names.apply(CallTree.key(call)), withFlow(call.typeSymbol()));
  }

  private void suspendingCall(
      CodeBuilder out,
      InvokeInstruction call,
      StackMapFrameInfo frame,
      BitSet live,
      List<Label> resumes,
      int site) {
    int point = suspensions.size() + 1;
    Label resume = resumes.get(point - 1);
    List<VerificationTypeInfo> stack = new ArrayList<>(frame.stack());
    if (!call.typeSymbol().returnType().equals(ConstantDescs.CD_void)) {
      stack.removeLast();
    }
    Suspension suspension = new Suspension(resume, variables(frame.locals(), live), stack);
    suspensions.add(suspension);
    if (CallTree.isBarrier(call)) {
      out.pop();
      save(out, suspension);
      out.aload(flowSlot)
          .loadConstant(point)
          .loadConstant(site)
          .loadConstant(call.name().equalsString("globalBarrier") ? 1 : 0)
          .invokevirtual(
              FLOW,
              "barrier",
              MethodTypeDesc.of(
                  ConstantDescs.CD_void,
                  ConstantDescs.CD_int,
                  ConstantDescs.CD_int,
                  ConstantDescs.CD_boolean));
      leave(out);
      out.labelBinding(resume);
      restore(out, suspension);
      return;
    }
    Label again = out.newLabel();
    Label goOn = out.newLabel();
    out.labelBinding(again);
    callCopy(out, call);
    out.aload(flowSlot)
        .invokevirtual(FLOW, "suspended", MethodTypeDesc.of(ConstantDescs.CD_boolean))
        .ifeq(goOn);
    drop(out, call.typeSymbol().returnType());
    save(out, suspension);
    out.aload(flowSlot)
        .loadConstant(point)
        .loadConstant(site)
        .invokevirtual(
            FLOW,
            "unwind",
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int, ConstantDescs.CD_int));
    leave(out);
    out.labelBinding(resume);
    restore(out, suspension);
    call.typeSymbol().parameterList().forEach(type -> loadDefault(out, type));
    out.goto_(again);
    out.labelBinding(goOn);
  }

  private List<Variable> variables(List<VerificationTypeInfo> locals, BitSet live) {
    List<Variable> variables = new ArrayList<>();
    int slot = 0;
    for (VerificationTypeInfo type : locals) {
      if (type != SimpleVerificationTypeInfo.TOP && live.get(slot)) {
        variables.add(new Variable(shifted(slot), type));
      }
      slot += kind(type).slotSize();
    }
    return variables;
  }

  private static TypeKind kind(VerificationTypeInfo type) {
    if (!(type instanceof SimpleVerificationTypeInfo simple)) {
      return TypeKind.REFERENCE;
    }
    return switch (simple) {
      case INTEGER, TOP -> TypeKind.INT;
      case FLOAT -> TypeKind.FLOAT;
      case LONG -> TypeKind.LONG;
      case DOUBLE -> TypeKind.DOUBLE;
      case NULL, UNINITIALIZED_THIS -> TypeKind.REFERENCE;
    };
  }

  private void save(CodeBuilder out, Suspension suspension) {
    for (VerificationTypeInfo type : suspension.stack().reversed()) {
      push(out, type);
    }
    for (Variable variable : suspension.locals()) {
      out.loadLocal(kind(variable.type()), variable.slot());
      push(out, variable.type());
    }
  }

  private void restore(CodeBuilder out, Suspension suspension) {
    for (Variable variable : suspension.locals().reversed()) {
      pop(out, variable.type());
      out.storeLocal(kind(variable.type()), variable.slot());
    }
    suspension.stack().forEach(type -> pop(out, type));
  }

  private void push(CodeBuilder out, VerificationTypeInfo type) {
    out.aload(flowSlot)
        .invokestatic(
            FLOW, "push", MethodTypeDesc.of(ConstantDescs.CD_void, kind(type).upperBound(), FLOW));
  }

  private void pop(CodeBuilder out, VerificationTypeInfo type) {
    TypeKind kind = kind(type);
    String name =
        switch (kind) {
          case INT -> "popInt";
          case FLOAT -> "popFloat";
          case LONG -> "popLong";
          case DOUBLE -> "popDouble";
          default -> "popReference";
        };
    out.aload(flowSlot).invokevirtual(FLOW, name, MethodTypeDesc.of(kind.upperBound()));
    if (type instanceof ObjectVerificationTypeInfo object) {
      out.checkcast(object.classSymbol());
    } else if (kind == TypeKind.REFERENCE && type != SimpleVerificationTypeInfo.NULL) {
      throw new TornadoRuntimeException(
          "kernel method %s creates an object around a call with a barrier"
              .formatted(method.name()));
    } else if (type == SimpleVerificationTypeInfo.NULL) {
      out.pop().aconst_null();
    }
  }

  private void leave(CodeBuilder out) {
    ClassDesc result = method.model().methodTypeSymbol().returnType();
    loadDefault(out, result);
    out.return_(TypeKind.from(result));
  }

  private static void loadDefault(CodeBuilder out, ClassDesc type) {
    switch (TypeKind.from(type).asLoadable()) {
      case INT -> out.iconst_0();
      case FLOAT -> out.fconst_0();
      case LONG -> out.lconst_0();
      case DOUBLE -> out.dconst_0();
      case VOID -> {}
      default -> out.aconst_null();
    }
  }

  private static void drop(CodeBuilder out, ClassDesc type) {
    switch (TypeKind.from(type).slotSize()) {
      case 1 -> out.pop();
      case 2 -> out.pop2();
      default -> {}
    }
  }
}
