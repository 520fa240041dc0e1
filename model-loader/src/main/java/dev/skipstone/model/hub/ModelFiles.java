package dev.skipstone.model.hub;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Which of a repository's files make a model. */
final class ModelFiles {
  /** Beside the weights, in a Hugging Face folder. */
  private static final Set<String> COMPANIONS =
      Set.of(
          "config.json",
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "tokenizer.model",
          "chat_template.jinja",
          "model.safetensors.index.json");

  private static final String CONFIG = "config.json";

  /** Of several GGUF files: the first of these that is there. */
  private static final List<String> USUAL = List.of("q4_k_m", "q8_0", "f16");

  private static final int MOST_TOLD = 12;

  private ModelFiles() {}

  /**
   * Chooses files.
   *
   * @param names of all files
   * @return one GGUF file, or {@code config.json} first and what belongs to it
   * @throws HubException if there is nothing that fits, or too much
   */
  static List<String> choose(HubReference reference, List<String> names) {
    List<String> gguf = names.stream().filter(ModelFiles::isGguf).sorted().toList();
    if (!reference.file().isEmpty()) {
      return List.of(named(reference, names, gguf));
    }
    if (names.contains(CONFIG) && names.stream().anyMatch(ModelFiles::isWeights)) {
      return names.stream()
          .filter(name -> COMPANIONS.contains(name) || isWeights(name))
          .sorted((a, b) -> Boolean.compare(b.equals(CONFIG), a.equals(CONFIG)))
          .toList();
    }
    if (gguf.size() == 1) {
      return gguf;
    }
    for (String usual : USUAL) {
      List<String> fitting = gguf.stream().filter(contains(usual)).toList();
      if (fitting.size() == 1) {
        return fitting;
      }
    }
    throw new HubException(
        gguf.isEmpty()
            ? reference + ": has neither a GGUF file nor config.json with safetensors"
            : "%s: has several GGUF files; name one, such as %s:%s; there are %s"
                .formatted(reference, reference.repository(), gguf.getFirst(), told(gguf)));
  }

  private static String named(HubReference reference, List<String> names, List<String> gguf) {
    if (names.contains(reference.file())) {
      return reference.file();
    }
    List<String> fitting = gguf.stream().filter(contains(reference.file())).toList();
    if (fitting.size() == 1) {
      return fitting.getFirst();
    }
    throw new HubException(
        "%s: %s; there are %s"
            .formatted(
                reference,
                fitting.isEmpty() ? "has no such file" : "fits several files",
                told(fitting.isEmpty() ? names.stream().sorted().toList() : fitting)));
  }

  /** Weights of the model itself: other folders hold other forms of the same. */
  private static boolean isWeights(String name) {
    return name.matches("model(-\\d+-of-\\d+)?\\.safetensors");
  }

  private static boolean isGguf(String name) {
    return name.endsWith(".gguf");
  }

  private static Predicate<String> contains(String part) {
    return name -> name.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
  }

  private static String told(List<String> names) {
    String first = names.stream().limit(MOST_TOLD).collect(Collectors.joining(", "));
    return names.isEmpty()
        ? "none"
        : first + (names.size() > MOST_TOLD ? " and " + (names.size() - MOST_TOLD) + " more" : "");
  }
}
