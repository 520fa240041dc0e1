package dev.skipstone.tests.wrong.runtime.sampling;

import dev.skipstone.tests.wrong.runtime.Engine;

/** A rule that knows who uses it. */
interface Choice {
  void choose(Engine engine);
}
