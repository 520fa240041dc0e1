package dev.skipstone.tests.wrong.tornado.kernel;

import dev.skipstone.tests.wrong.tornado.Session;

/** A kernel that knows the backend. */
public interface Norm {
  void run(Session session);
}
