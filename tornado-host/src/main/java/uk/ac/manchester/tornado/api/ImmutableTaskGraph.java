package uk.ac.manchester.tornado.api;

import dev.skipstone.tornado.host.GraphDefinition;

/** A task graph that can no longer change, ready for a {@link TornadoExecutionPlan}. */
public class ImmutableTaskGraph {
  private final GraphDefinition definition;

  ImmutableTaskGraph(GraphDefinition definition) {
    this.definition = definition;
  }

  GraphDefinition definition() {
    return definition;
  }
}
