package dev.skipstone.benchmarks.peers;

/** Why Jlama has no figures: its loader reads Hugging Face folders of safetensors only. */
public final class Jlama {
  /** What its figures would be named after. */
  public static final String NAME = "jlama";

  private Jlama() {}

  /** What keeps it from running a GGUF file, whichever it is. */
  public static String problem(PeerSetup setup) {
    return "Jlama reads folders of safetensors, not GGUF, so that it can't run "
        + setup.model().getFileName();
  }
}
