package dev.skipstone.tornado.host;

import dev.skipstone.tornado.host.KernelSources.StaticMethod;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A kernel, the static methods that it calls, and which of them contain a barrier. */
final class CallTree {
  private static final String CONTEXT = "uk/ac/manchester/tornado/api/KernelContext";
  private static final Set<String> BARRIERS = Set.of("localBarrier", "globalBarrier");

  private final Map<String, StaticMethod> methods = new LinkedHashMap<>();
  private final Map<String, Set<String>> callers = new LinkedHashMap<>();
  private final Set<String> suspending = new HashSet<>();

  CallTree(KernelSources sources, StaticMethod kernel) {
    Deque<StaticMethod> open = new ArrayDeque<>(List.of(kernel));
    while (!open.isEmpty()) {
      StaticMethod method = open.remove();
      if (methods.putIfAbsent(method.key(), method) != null) {
        continue;
      }
      for (CodeElement element : method.model().code().orElseThrow()) {
        if (!(element instanceof InvokeInstruction call)) {
          continue;
        }
        if (isBarrier(call)) {
          suspending.add(method.key());
        } else if (call.opcode() == Opcode.INVOKESTATIC) {
          sources
              .callee(call)
              .ifPresent(callee -> {
                callers.computeIfAbsent(callee.key(), _ -> new HashSet<>()).add(method.key());
                open.add(callee);
              });
        }
      }
    }
    Deque<String> spread = new ArrayDeque<>(suspending);
    while (!spread.isEmpty()) {
      for (String caller : callers.getOrDefault(spread.remove(), Set.of())) {
        if (suspending.add(caller)) {
          spread.add(caller);
        }
      }
    }
  }

  static boolean isBarrier(InvokeInstruction call) {
    return call.owner().asInternalName().equals(CONTEXT)
        && BARRIERS.contains(call.name().stringValue());
  }

  static String key(InvokeInstruction call) {
    return StaticMethod.key(
        call.owner().asInternalName(), call.name().stringValue(), call.type().stringValue());
  }

  Collection<StaticMethod> methods() {
    return methods.values();
  }

  /** The methods that contain a barrier or call one that does. */
  List<StaticMethod> suspendingMethods() {
    List<StaticMethod> result = new ArrayList<>(methods.values());
    result.removeIf(method -> !suspending.contains(method.key()));
    return result;
  }

  boolean hasBarriers() {
    return !suspending.isEmpty();
  }

  /** True for a barrier, or a call that can end at one. */
  boolean suspends(InvokeInstruction call) {
    return isBarrier(call)
        || (call.opcode() == Opcode.INVOKESTATIC && suspending.contains(key(call)));
  }
}
