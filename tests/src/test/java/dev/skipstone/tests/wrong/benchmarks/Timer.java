package dev.skipstone.tests.wrong.benchmarks;

import dev.skipstone.tests.wrong.cli.Command;
import dev.skipstone.tests.wrong.tornado.Session;

/** A benchmark that knows the command line. */
interface Timer {
  void time(Command command, Session session);
}
