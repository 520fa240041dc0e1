package dev.skipstone.tests.wrong.runtime.pass;

import dev.skipstone.tests.wrong.runtime.Engine;

/** A pass that knows who asked for it. */
interface Row {
  void run(Engine engine);
}
