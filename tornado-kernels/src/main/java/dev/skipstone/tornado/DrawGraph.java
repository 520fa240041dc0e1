package dev.skipstone.tornado;

import dev.skipstone.tornado.kernel.Arguments;
import dev.skipstone.tornado.kernel.KernelRegistry;
import java.util.List;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;

/**
 * The graph that draws tokens: from logits to probabilities, without those that the rule's filters
 * take, to how far a draft stands and the token behind it. Only these two numbers leave the device;
 * what drafted tokens were drawn from stays there until they are verified.
 */
final class DrawGraph {
  private DrawGraph() {}

  /**
   * Fills the graph.
   *
   * @param ends graphs that leave logits, of which one is executed just before
   */
  static void build(GraphBuilder draw, List<String> ends, Activations activations, int vocabulary) {
    for (String end : ends) {
      draw.graph().consumeFromDevice(end, activations.pass(), activations.logits());
    }
    draw.graph()
        .transferToDevice(DataTransferMode.EVERY_EXECUTION, activations.choice())
        .transferToDevice(DataTransferMode.FIRST_EXECUTION, activations.draft());
    int most = PassShape.FEW.mostRows();
    draw.add(
        KernelRegistry.SOFTMAX,
        new Arguments.Softmax(
            activations.pass(),
            activations.logits(),
            activations.choice(),
            activations.target(),
            vocabulary,
            most));
    draw.add(
        KernelRegistry.CUT,
        new Arguments.Cut(
            activations.pass(),
            activations.logits(),
            activations.target(),
            activations.choice(),
            activations.least(),
            activations.last(),
            vocabulary,
            most));
    draw.add(
        KernelRegistry.KEEP,
        new Arguments.Keep(
            activations.pass(),
            activations.logits(),
            activations.choice(),
            activations.least(),
            activations.last(),
            activations.target(),
            vocabulary,
            most));
    draw.add(
        KernelRegistry.ACCEPT_DRAWN,
        new Arguments.AcceptDrawn(
            activations.pass(),
            activations.choice(),
            activations.target(),
            activations.draft(),
            activations.result(),
            vocabulary,
            most));
    draw.graph()
        .transferToHost(DataTransferMode.EVERY_EXECUTION, activations.result())
        .persistOnDevice(activations.draft());
  }
}
