package dev.skipstone.tests.wrong.tornado;

import dev.skipstone.tests.wrong.cli.Command;
import dev.skipstone.tests.wrong.tornado.host.Launcher;

/** A backend that knows the command line, and what stands in for TornadoVM. */
public interface Session {
  void run(Command command, Launcher launcher);
}
