package dev.skipstone.model.chat;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.tree.Node;
import java.util.function.BiConsumer;

/** Ends a rendering that goes through too many parts of the template. */
final class StepLimit implements BiConsumer<Node, JinjavaInterpreter> {
  private final int most;
  private int steps;

  StepLimit(int most) {
    this.most = most;
  }

  @Override
  public void accept(Node node, JinjavaInterpreter interpreter) {
    if (++steps > most) {
      throw new TemplateFailure("does not end after " + most + " steps");
    }
  }
}
