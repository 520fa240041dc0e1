package dev.skipstone.tornado.host;

import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which local variables a method may still read from each of its instructions on. */
final class LiveVariables {
  private final List<CodeElement> elements;
  private final Map<Label, Integer> labels = new HashMap<>();
  private final BitSet[] before;

  LiveVariables(CodeModel code) {
    elements = code.elementList();
    before = new BitSet[elements.size()];
    List<Integer> handlers = new ArrayList<>();
    for (int i = 0; i < before.length; i++) {
      before[i] = new BitSet();
      if (elements.get(i) instanceof LabelTarget target) {
        labels.put(target.label(), i);
      }
    }
    for (CodeElement element : elements) {
      if (element instanceof ExceptionCatch handler) {
        handlers.add(labels.get(handler.handler()));
      }
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = before.length - 1; i >= 0; i--) {
        BitSet live = after(i);
        // What a handler reads counts as read everywhere: a kernel hardly has one.
        handlers.forEach(handler -> live.or(before[handler]));
        use(elements.get(i), live);
        changed |= !live.equals(before[i]);
        before[i] = live;
      }
    }
  }

  private static void use(CodeElement element, BitSet live) {
    switch (element) {
      case StoreInstruction store -> live.clear(store.slot());
      case LoadInstruction load -> live.set(load.slot());
      case IncrementInstruction increment -> live.set(increment.slot());
      default -> {}
    }
  }

  /** The slots that may be read behind the element at an index. */
  BitSet after(int index) {
    BitSet live = new BitSet();
    switch (elements.get(index)) {
      case BranchInstruction branch -> {
        live.or(before(branch.target()));
        if (branch.opcode() != Opcode.GOTO && branch.opcode() != Opcode.GOTO_W) {
          live.or(next(index));
        }
      }
      case TableSwitchInstruction choice -> cases(live, choice.defaultTarget(), choice.cases());
      case LookupSwitchInstruction choice -> cases(live, choice.defaultTarget(), choice.cases());
      case ReturnInstruction _, ThrowInstruction _ -> {}
      default -> live.or(next(index));
    }
    return live;
  }

  private void cases(BitSet live, Label other, List<SwitchCase> cases) {
    live.or(before(other));
    cases.forEach(choice -> live.or(before(choice.target())));
  }

  private BitSet before(Label label) {
    return before[labels.get(label)];
  }

  private BitSet next(int index) {
    return index + 1 < before.length ? before[index + 1] : new BitSet();
  }
}
