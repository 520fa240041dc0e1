package dev.skipstone.tests.wrong.adapt;

import dev.skipstone.tests.wrong.cli.Command;

/** A trainer that knows the command line. */
interface Trainer {
  void train(Command command);
}
