package dev.skipstone.tests.wrong.tornado.host;

import dev.skipstone.tests.wrong.tornado.kernel.Norm;

/** What stands in for TornadoVM, and knows a kernel. */
public interface Launcher {
  void launch(Norm kernel);
}
