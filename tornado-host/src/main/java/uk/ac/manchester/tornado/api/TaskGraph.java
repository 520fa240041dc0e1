package uk.ac.manchester.tornado.api;

import dev.skipstone.tornado.host.GraphDefinition;
import dev.skipstone.tornado.host.GraphStep;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task1;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task10;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task11;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task12;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task13;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task14;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task15;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task16;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task17;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task18;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task19;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task2;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task20;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task3;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task4;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task6;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task7;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task8;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task9;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;

/** Tasks in the order in which they run, with the copies that they need. */
public class TaskGraph {
  private final String name;
  private final List<GraphStep> steps = new ArrayList<>();

  public TaskGraph(String name) {
    this.name = name;
  }

  public String getTaskGraphName() {
    return name;
  }

  /**
   * Copies objects to the device before the first task that uses them.
   *
   * @param mode one of {@link DataTransferMode}'s constants
   */
  public TaskGraph transferToDevice(int mode, Object... objects) {
    steps.add(new GraphStep.TransferToDevice(mode, List.of(objects)));
    return this;
  }

  /** Takes over what the graph with this name has left on the device. */
  public TaskGraph consumeFromDevice(String uniqueTaskGraphName, Object... objects) {
    steps.add(new GraphStep.Consume(uniqueTaskGraphName, List.of(objects)));
    return this;
  }

  /** Takes over what the graph that was executed before has left on the device. */
  public TaskGraph consumeFromDevice(Object... objects) {
    return consumeFromDevice(GraphStep.Consume.ANY_GRAPH, objects);
  }

  /**
   * Copies objects to the host after the last task that writes them.
   *
   * @param mode one of {@link DataTransferMode}'s constants
   */
  public TaskGraph transferToHost(int mode, Object... objects) {
    steps.add(new GraphStep.TransferToHost(mode, List.of(objects)));
    return this;
  }

  /** Leaves objects on the device, for other graphs and for later executions. */
  public TaskGraph persistOnDevice(Object... objects) {
    return transferToHost(DataTransferMode.UNDER_DEMAND, objects);
  }

  /** This graph as it is now. */
  public ImmutableTaskGraph snapshot() {
    return new ImmutableTaskGraph(GraphDefinition.of(name, steps));
  }

  private TaskGraph addTask(String id, Serializable code, Object... arguments) {
    steps.add(GraphStep.Task.of(id, code, arguments));
    return this;
  }

  public TaskGraph task(String id, Task code) {
    return addTask(id, code);
  }

  public <T1> TaskGraph task(String id, Task1<T1> code, T1 arg1) {
    return addTask(id, code, arg1);
  }

  public <T1, T2> TaskGraph task(String id, Task2<T1, T2> code, T1 arg1, T2 arg2) {
    return addTask(id, code, arg1, arg2);
  }

  public <T1, T2, T3> TaskGraph task(String id, Task3<T1, T2, T3> code, T1 arg1, T2 arg2, T3 arg3) {
    return addTask(id, code, arg1, arg2, arg3);
  }

  public <T1, T2, T3, T4> TaskGraph task(
      String id, Task4<T1, T2, T3, T4> code, T1 arg1, T2 arg2, T3 arg3, T4 arg4) {
    return addTask(id, code, arg1, arg2, arg3, arg4);
  }

  public <T1, T2, T3, T4, T5> TaskGraph task(
      String id, Task5<T1, T2, T3, T4, T5> code, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5) {
    return addTask(id, code, arg1, arg2, arg3, arg4, arg5);
  }

  public <T1, T2, T3, T4, T5, T6> TaskGraph task(
      String id,
      Task6<T1, T2, T3, T4, T5, T6> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6) {
    return addTask(id, code, arg1, arg2, arg3, arg4, arg5, arg6);
  }

  public <T1, T2, T3, T4, T5, T6, T7> TaskGraph task(
      String id,
      Task7<T1, T2, T3, T4, T5, T6, T7> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7) {
    return addTask(id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7);
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8> TaskGraph task(
      String id,
      Task8<T1, T2, T3, T4, T5, T6, T7, T8> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8) {
    return addTask(id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8);
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9> TaskGraph task(
      String id,
      Task9<T1, T2, T3, T4, T5, T6, T7, T8, T9> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9) {
    return addTask(id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9);
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> TaskGraph task(
      String id,
      Task10<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9,
      T10 arg10) {
    return addTask(id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10);
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> TaskGraph task(
      String id,
      Task11<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9,
      T10 arg10,
      T11 arg11) {
    return addTask(id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11);
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> TaskGraph task(
      String id,
      Task12<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9,
      T10 arg10,
      T11 arg11,
      T12 arg12) {
    return addTask(
        id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12);
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> TaskGraph task(
      String id,
      Task13<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9,
      T10 arg10,
      T11 arg11,
      T12 arg12,
      T13 arg13) {
    return addTask(
        id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg13);
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> TaskGraph task(
      String id,
      Task14<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9,
      T10 arg10,
      T11 arg11,
      T12 arg12,
      T13 arg13,
      T14 arg14) {
    return addTask(
        id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg13,
        arg14);
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15> TaskGraph task(
      String id,
      Task15<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9,
      T10 arg10,
      T11 arg11,
      T12 arg12,
      T13 arg13,
      T14 arg14,
      T15 arg15) {
    return addTask(
        id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg13,
        arg14, arg15);
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16> TaskGraph task(
      String id,
      Task16<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16> code,
      T1 arg1,
      T2 arg2,
      T3 arg3,
      T4 arg4,
      T5 arg5,
      T6 arg6,
      T7 arg7,
      T8 arg8,
      T9 arg9,
      T10 arg10,
      T11 arg11,
      T12 arg12,
      T13 arg13,
      T14 arg14,
      T15 arg15,
      T16 arg16) {
    return addTask(
        id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg13,
        arg14, arg15, arg16);
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17>
      TaskGraph task(
          String id,
          Task17<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17> code,
          T1 arg1,
          T2 arg2,
          T3 arg3,
          T4 arg4,
          T5 arg5,
          T6 arg6,
          T7 arg7,
          T8 arg8,
          T9 arg9,
          T10 arg10,
          T11 arg11,
          T12 arg12,
          T13 arg13,
          T14 arg14,
          T15 arg15,
          T16 arg16,
          T17 arg17) {
    return addTask(
        id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg13,
        arg14, arg15, arg16, arg17);
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18>
      TaskGraph task(
          String id,
          Task18<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18>
              code,
          T1 arg1,
          T2 arg2,
          T3 arg3,
          T4 arg4,
          T5 arg5,
          T6 arg6,
          T7 arg7,
          T8 arg8,
          T9 arg9,
          T10 arg10,
          T11 arg11,
          T12 arg12,
          T13 arg13,
          T14 arg14,
          T15 arg15,
          T16 arg16,
          T17 arg17,
          T18 arg18) {
    return addTask(
        id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg13,
        arg14, arg15, arg16, arg17, arg18);
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19>
      TaskGraph task(
          String id,
          Task19<
                  T1,
                  T2,
                  T3,
                  T4,
                  T5,
                  T6,
                  T7,
                  T8,
                  T9,
                  T10,
                  T11,
                  T12,
                  T13,
                  T14,
                  T15,
                  T16,
                  T17,
                  T18,
                  T19>
              code,
          T1 arg1,
          T2 arg2,
          T3 arg3,
          T4 arg4,
          T5 arg5,
          T6 arg6,
          T7 arg7,
          T8 arg8,
          T9 arg9,
          T10 arg10,
          T11 arg11,
          T12 arg12,
          T13 arg13,
          T14 arg14,
          T15 arg15,
          T16 arg16,
          T17 arg17,
          T18 arg18,
          T19 arg19) {
    return addTask(
        id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg13,
        arg14, arg15, arg16, arg17, arg18, arg19);
  }

  public <T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20>
      TaskGraph task(
          String id,
          Task20<
                  T1,
                  T2,
                  T3,
                  T4,
                  T5,
                  T6,
                  T7,
                  T8,
                  T9,
                  T10,
                  T11,
                  T12,
                  T13,
                  T14,
                  T15,
                  T16,
                  T17,
                  T18,
                  T19,
                  T20>
              code,
          T1 arg1,
          T2 arg2,
          T3 arg3,
          T4 arg4,
          T5 arg5,
          T6 arg6,
          T7 arg7,
          T8 arg8,
          T9 arg9,
          T10 arg10,
          T11 arg11,
          T12 arg12,
          T13 arg13,
          T14 arg14,
          T15 arg15,
          T16 arg16,
          T17 arg17,
          T18 arg18,
          T19 arg19,
          T20 arg20) {
    return addTask(
        id, code, arg1, arg2, arg3, arg4, arg5, arg6, arg7, arg8, arg9, arg10, arg11, arg12, arg13,
        arg14, arg15, arg16, arg17, arg18, arg19, arg20);
  }
}
