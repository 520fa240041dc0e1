package dev.skipstone.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code skipstone bench peers}, whose name is taken already. */
@Command(
    name = "peers",
    description = "The same task on other engines (not in this version).",
    footerHeading = "%nExamples:%n",
    footer = "  skipstone bench peers")
final class BenchPeersCommand implements Runnable {
  @Parameters(hidden = true)
  private List<String> ignored = List.of();

  @Override
  public void run() {
    throw new UsageException("not in this version; bench pass and bench decode are");
  }
}
