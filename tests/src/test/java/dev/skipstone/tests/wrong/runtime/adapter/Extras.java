package dev.skipstone.tests.wrong.runtime.adapter;

import dev.skipstone.tests.wrong.runtime.Engine;

/** An adapter that knows who runs it. */
interface Extras {
  void attach(Engine engine);
}
