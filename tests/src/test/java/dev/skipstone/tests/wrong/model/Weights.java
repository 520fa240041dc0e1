package dev.skipstone.tests.wrong.model;

import dev.skipstone.tests.wrong.runtime.Engine;

/** A model that knows its engine. */
interface Weights {
  void load(Engine engine);
}
