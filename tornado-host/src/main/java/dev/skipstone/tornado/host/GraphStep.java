package dev.skipstone.tornado.host;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** One line of a task graph. */
public sealed interface GraphStep {
  /** Copies to the device before the first task that reads the objects. */
  record TransferToDevice(int mode, List<Object> objects) implements GraphStep {}

  /** Copies to the host after the tasks that write the objects. */
  record TransferToHost(int mode, List<Object> objects) implements GraphStep {}

  /** Takes over the device buffers of a graph that was executed before. */
  record Consume(String source, List<Object> objects) implements GraphStep {
    /** Stands for whichever graph was executed before. */
    public static final String ANY_GRAPH = "";
  }

  /** Runs a kernel, given as a method reference or as a method. */
  record Task(String id, Object code, List<Object> arguments) implements GraphStep {
    public static Task of(String id, Object code, Object... arguments) {
      return new Task(id, code, Collections.unmodifiableList(Arrays.asList(arguments.clone())));
    }
  }
}
