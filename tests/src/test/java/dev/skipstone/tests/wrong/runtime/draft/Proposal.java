package dev.skipstone.tests.wrong.runtime.draft;

import dev.skipstone.tests.wrong.runtime.Engine;

/** A drafter that knows who verifies. */
interface Proposal {
  void propose(Engine engine);
}
