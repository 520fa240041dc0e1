package dev.skipstone.tests.wrong.benchmarks;

import dev.skipstone.tests.wrong.cli.Command;

/** A benchmark that knows the command line. */
interface Timer {
  void time(Command command);
}
