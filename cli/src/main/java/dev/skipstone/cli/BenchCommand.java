package dev.skipstone.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone bench}: what passes cost here, and what drafting gains. */
@Command(
    name = "bench",
    description =
        "Measures this machine: what a pass costs, what drafting gains, and how fast other engines are.",
    subcommands = {
      BenchPassCommand.class,
      BenchContextCommand.class,
      BenchRooflineCommand.class,
      BenchDecodeCommand.class,
      BenchS3dCommand.class,
      BenchPeersCommand.class,
      BenchStartCommand.class
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  skipstone bench pass --rows 1,2,5,8",
      "  skipstone bench context --lengths 100,1000,4000 --plot context.png",
      "  skipstone bench roofline --rows 1,5,64",
      "  skipstone bench decode --drafts none,skip,ngram --limit 1",
      "  skipstone bench peers --llama-cpp FOLDER --llama3-java Llama3.java",
      "  skipstone bench start --llama-cpp FOLDER",
      "",
      "Ctrl-C ends a benchmark; what was measured until then is printed where there is any."
    })
final class BenchCommand implements Runnable {
  @ParentCommand private Skipstone skipstone;

  Streams streams() {
    return skipstone.streams();
  }

  @Override
  public void run() {
    throw new UsageException("one of pass, context, roofline, decode, peers and start is needed");
  }
}
