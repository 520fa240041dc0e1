package dev.skipstone.tornado.host.sanitizer;

import dev.skipstone.tornado.host.Flow;
import dev.skipstone.tornado.host.Instrumentation;
import dev.skipstone.tornado.host.MatrixFragments;
import dev.skipstone.tornado.host.ParallelLoops;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;

/** Puts a question to the monitor before each access to an array. */
final class AccessInstrumentation implements Instrumentation {
  private static final ClassDesc FLOW = ClassDesc.of(Flow.class.getName());
  private static final String API = "uk/ac/manchester/tornado/api/";
  private static final Set<String> LOADS = Set.of("get", "getHalf2", "getHalfFloat");
  private static final Set<String> STORES = Set.of("set", "setHalf2", "setHalfFloat");
  private static final Set<String> PAIRS =
      Set.of("getHalf2", "getHalfFloat", "setHalf2", "setHalfFloat");

  @Override
  public boolean needed() {
    return true;
  }

  @Override
  public Rewriter rewriter(int flowSlot, int freeSlot) {
    return (code, element, site) -> new Writer(code, flowSlot, freeSlot, site).write(element);
  }

  /** Writes what stands for one instruction. */
  private record Writer(CodeBuilder code, int flowSlot, int freeSlot, int site) {
    private boolean write(CodeElement element) {
      return switch (element) {
        case ArrayLoadInstruction load -> load(element, load.typeKind(), 1);
        case ArrayStoreInstruction store -> store(element, store.typeKind(), 1);
        case NewPrimitiveArrayInstruction _, NewReferenceArrayInstruction _ ->
            allocation(element, "allocatedPrivate");
        case InvokeInstruction call -> call(call);
        default -> false;
      };
    }

    private boolean call(InvokeInstruction call) {
      String owner = call.owner().asInternalName();
      String name = call.name().stringValue();
      if (call.opcode() == Opcode.INVOKESTATIC) {
        return call.owner().asSymbol().equals(ParallelLoops.MARKER) && mark(name);
      }
      if (owner.equals(API + "KernelContext")) {
        return contextCall(call, name);
      }
      if (!owner.startsWith(API + "types/arrays/")
          && !owner.startsWith(API + "types/collections/")) {
        return false;
      }
      MethodTypeDesc type = call.typeSymbol();
      int count = PAIRS.contains(name) ? 2 : 1;
      if (LOADS.contains(name)) {
        return load(call, TypeKind.from(type.returnType()), count);
      }
      return STORES.contains(name)
          && type.parameterCount() == 2
          && store(call, TypeKind.from(type.parameterType(1)), count);
    }

    private boolean contextCall(InvokeInstruction call, String name) {
      return switch (name) {
        case "atomicAdd" -> atomic(call);
        case "mmaLoadA", "mmaLoadAInt8" -> loadOfTile(call, MatrixFragments.TILE_OF_A);
        case "mmaLoadB", "mmaLoadBInt8" -> loadOfTile(call, MatrixFragments.TILE_OF_B);
        case "mmaStore", "mmaStoreInt" -> storeOfFragment(call);
        case "asyncCopyToLocal" -> asyncCopy(call);
        default -> name.startsWith("allocate") && allocation(call, "allocatedLocal");
      };
    }

    /** The stack holds the context, the tile, the depth and perhaps an offset in bytes. */
    private boolean loadOfTile(InvokeInstruction call, int count) {
      boolean offset = call.typeSymbol().parameterCount() == 3;
      if (!offset) {
        code.iconst_0();
      }
      code.istore(freeSlot).dup2().pop().iload(freeSlot).loadConstant(Integer.BYTES).idiv();
      mayAccess("read", count);
      code.pop();
      if (offset) {
        code.iload(freeSlot);
      }
      code.with(call);
      return true;
    }

    /** The stack holds the context, the fragment, the matrix, row, column and stride. */
    private boolean storeOfFragment(InvokeInstruction call) {
      int row = freeSlot;
      int column = freeSlot + 1;
      int stride = freeSlot + 2;
      Label refused = code.newLabel();
      Label end = code.newLabel();
      code.istore(stride).istore(column).istore(row).dup();
      code.iload(row).iload(column).iload(stride).aload(flowSlot).loadConstant(site);
      ask(
          "storeFragment",
          ConstantDescs.CD_boolean,
          ConstantDescs.CD_Object,
          ConstantDescs.CD_int,
          ConstantDescs.CD_int,
          ConstantDescs.CD_int,
          FLOW,
          ConstantDescs.CD_int);
      code.ifeq(refused)
          .iload(row)
          .iload(column)
          .iload(stride)
          .with(call)
          .goto_(end)
          .labelBinding(refused)
          .pop2()
          .pop()
          .labelBinding(end);
      return true;
    }

    /** The stack holds the context, the local array, its index, the source and its index. */
    private boolean asyncCopy(InvokeInstruction call) {
      int index = freeSlot;
      int source = freeSlot + 1;
      boolean halves = call.typeSymbol().parameterType(2).displayName().equals("HalfFloatArray");
      Label refusedRead = code.newLabel();
      Label refused = code.newLabel();
      Label end = code.newLabel();
      code.istore(index).astore(source).aload(source).iload(index);
      mayAccess("read", halves ? 2 : Integer.BYTES);
      code.ifeq(refusedRead).dup2();
      mayAccess("write", 1);
      code.ifeq(refused)
          .aload(source)
          .iload(index)
          .with(call)
          .goto_(end)
          .labelBinding(refusedRead)
          .labelBinding(refused)
          .pop2()
          .pop()
          .labelBinding(end);
      return true;
    }

    private boolean mark(String name) {
      code.aload(flowSlot);
      if (name.equals(ParallelLoops.ITERATION)) {
        ask("iteration", ConstantDescs.CD_void, ConstantDescs.CD_int, ConstantDescs.CD_int, FLOW);
      } else {
        ask("endOfLoop", ConstantDescs.CD_void, ConstantDescs.CD_int, FLOW);
      }
      return true;
    }

    /** The stack holds the array and the index. */
    private boolean load(CodeElement element, TypeKind kind, int count) {
      Label refused = code.newLabel();
      Label end = code.newLabel();
      code.dup2();
      mayAccess("read", count);
      code.ifeq(refused).with(element).goto_(end).labelBinding(refused).pop2();
      zero(kind);
      code.labelBinding(end);
      return true;
    }

    /** The stack holds the array, the index and the value. */
    private boolean store(CodeElement element, TypeKind kind, int count) {
      Label refused = code.newLabel();
      Label end = code.newLabel();
      code.storeLocal(kind, freeSlot).dup2();
      mayAccess("write", count);
      code.ifeq(refused)
          .loadLocal(kind, freeSlot)
          .with(element)
          .goto_(end)
          .labelBinding(refused)
          .pop2()
          .labelBinding(end);
      return true;
    }

    /** The stack holds the context, the array, the index and the value. */
    private boolean atomic(InvokeInstruction call) {
      TypeKind kind = TypeKind.from(call.typeSymbol().parameterType(2));
      Label refused = code.newLabel();
      Label end = code.newLabel();
      code.storeLocal(kind, freeSlot).dup2().aload(flowSlot).loadConstant(site);
      ask(
          "atomic",
          ConstantDescs.CD_boolean,
          ConstantDescs.CD_Object,
          ConstantDescs.CD_int,
          FLOW,
          ConstantDescs.CD_int);
      code.ifeq(refused)
          .loadLocal(kind, freeSlot)
          .with(call)
          .goto_(end)
          .labelBinding(refused)
          .pop2()
          .pop()
          .labelBinding(end);
      return true;
    }

    private boolean allocation(CodeElement element, String question) {
      code.with(element).dup().aload(flowSlot).loadConstant(site);
      ask(question, ConstantDescs.CD_void, ConstantDescs.CD_Object, FLOW, ConstantDescs.CD_int);
      return true;
    }

    private void mayAccess(String question, int count) {
      code.loadConstant(count).aload(flowSlot).loadConstant(site);
      ask(
          question,
          ConstantDescs.CD_boolean,
          ConstantDescs.CD_Object,
          ConstantDescs.CD_int,
          ConstantDescs.CD_int,
          FLOW,
          ConstantDescs.CD_int);
    }

    private void ask(String question, ClassDesc result, ClassDesc... parameters) {
      code.invokestatic(FLOW, question, MethodTypeDesc.of(result, parameters));
    }

    private void zero(TypeKind kind) {
      switch (kind.asLoadable()) {
        case INT -> code.iconst_0();
        case FLOAT -> code.fconst_0();
        case LONG -> code.lconst_0();
        case DOUBLE -> code.dconst_0();
        default -> code.aconst_null();
      }
    }
  }
}
