package dev.skipstone.model.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skipstone.model.tokenizer.pattern.TextPattern;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the parts of a {@code tokenizer.json} that work on text: {@code normalizer}, {@code
 * pre_tokenizer} and {@code decoder}.
 */
final class HuggingFaceRules {
  private static final String NORMALIZER = "normalizer";
  private static final String PRE = "pre_tokenizer";
  private static final String DECODER = "decoder";
  private static final String PUNCTUATION = "[\\p{P}!-/:-@\\[-`{-~]";

  private final JsonFields fields;
  private final List<TextStep> normalizers = new ArrayList<>();
  private final List<TextStep> openings = new ArrayList<>();
  private final List<Split> splits = new ArrayList<>();
  private boolean byteLevel;
  private Vocabulary.Writing writing = Vocabulary.Writing.PLAIN;
  private boolean byteFallback;
  private boolean dropsFirstSpace;

  private HuggingFaceRules(JsonFields fields) {
    this.fields = fields;
  }

  /**
   * @throws dev.skipstone.model.ModelFileException for what is wrong or not known, by its name
   */
  static HuggingFaceRules read(JsonFields fields, JsonNode root) {
    HuggingFaceRules rules = new HuggingFaceRules(fields);
    rules.normalizer(root.path(NORMALIZER));
    rules.preTokenizer(root.path(PRE));
    rules.decoder(root.path(DECODER));
    if (rules.byteLevel != (rules.writing == Vocabulary.Writing.BYTE_ALPHABET)) {
      throw fields.problem(
          DECODER + ".type", "ByteLevel must be in both pre_tokenizer and decoder, or in neither");
    }
    return rules;
  }

  TextRules textRules() {
    return new TextRules(
        List.copyOf(normalizers), List.copyOf(openings), List.copyOf(splits), dropsFirstSpace);
  }

  Vocabulary.Writing writing() {
    return writing;
  }

  /** Whether tokens such as {@code <0x41>} decode to bytes. */
  boolean byteFallback() {
    return byteFallback;
  }

  private void normalizer(JsonNode step) {
    if (JsonFields.absent(step)) {
      return;
    }
    switch (step.path("type").asText()) {
      case "Sequence" ->
          fields
              .array(NORMALIZER + ".normalizers", step.path("normalizers"))
              .forEach(this::normalizer);
      case "NFC" -> normalizers.add(new TextStep.Form(Normalizer.Form.NFC));
      case "NFD" -> normalizers.add(new TextStep.Form(Normalizer.Form.NFD));
      case "NFKC" -> normalizers.add(new TextStep.Form(Normalizer.Form.NFKC));
      case "NFKD" -> normalizers.add(new TextStep.Form(Normalizer.Form.NFKD));
      case "Lowercase" -> normalizers.add(new TextStep.Lowercase());
      case "Strip" ->
          normalizers.add(
              new TextStep.Strip(
                  fields.flag(NORMALIZER + ".strip_left", step.path("strip_left"), true),
                  fields.flag(NORMALIZER + ".strip_right", step.path("strip_right"), true)));
      case "Prepend" ->
          normalizers.add(
              new TextStep.Prepend(fields.text(NORMALIZER + ".prepend", step.path("prepend"))));
      case "Replace" -> normalizers.add(replace(step));
      default ->
          throw fields.unsupported(
              NORMALIZER + ".type",
              step.path("type"),
              "NFC, NFD, NFKC, NFKD, Lowercase, Strip, Prepend, Replace, Sequence");
    }
  }

  private TextStep replace(JsonNode step) {
    String by = fields.text(NORMALIZER + ".content", step.path("content"));
    JsonNode literal = step.path("pattern").path("String");
    if (literal.isTextual() && !literal.textValue().isEmpty()) {
      return new TextStep.Replace(literal.textValue(), by);
    }
    return new TextStep.ReplaceMatches(pattern(NORMALIZER, step.path("pattern")), by);
  }

  private TextPattern pattern(String field, JsonNode pattern) {
    if (pattern.path("String").isTextual()) {
      return TextPattern.literal(pattern.path("String").textValue());
    }
    String regex = fields.text(field + ".pattern.Regex", pattern.path("Regex"));
    try {
      return TextPattern.compile(regex);
    } catch (IllegalArgumentException e) {
      throw fields.problem(
          field + ".pattern.Regex",
          Quoted.text(regex) + " is not supported: the expression " + e.getMessage());
    }
  }

  private void preTokenizer(JsonNode step) {
    if (JsonFields.absent(step)) {
      return;
    }
    String type = step.path("type").asText();
    if (byteLevel) {
      throw fields.problem(PRE, Quoted.text(type) + " is not supported after ByteLevel");
    }
    switch (type) {
      case "Sequence" ->
          fields
              .array(PRE + ".pretokenizers", step.path("pretokenizers"))
              .forEach(this::preTokenizer);
      case "Split" -> splits.add(split(step));
      case "Digits" -> {
        boolean single =
            fields.flag(PRE + ".individual_digits", step.path("individual_digits"), false);
        splits.add(Split.isolated(SplitRules.NUMBER + (single ? "" : "+")));
      }
      case "Punctuation" ->
          splits.add(
              new Split(TextPattern.compile(PUNCTUATION), behavior(step, "Isolated"), false));
      case "ByteLevel" -> byteLevel(step);
      case "Metaspace" -> metaspace(step);
      default ->
          throw fields.unsupported(
              PRE + ".type",
              step.path("type"),
              "Split, Digits, Punctuation, ByteLevel, Metaspace, Sequence");
    }
  }

  private Split split(JsonNode step) {
    boolean invert = fields.flag(PRE + ".invert", step.path("invert"), false);
    return new Split(pattern(PRE, step.path("pattern")), behavior(step, null), invert);
  }

  private Split.Behavior behavior(JsonNode step, String missing) {
    JsonNode behavior = step.path("behavior");
    String name = JsonFields.absent(behavior) && missing != null ? missing : behavior.asText();
    return switch (name) {
      case "Isolated" -> Split.Behavior.ISOLATED;
      case "Removed" -> Split.Behavior.REMOVED;
      case "MergedWithPrevious" -> Split.Behavior.MERGED_WITH_PREVIOUS;
      case "MergedWithNext" -> Split.Behavior.MERGED_WITH_NEXT;
      case "Contiguous" -> Split.Behavior.CONTIGUOUS;
      default ->
          throw fields.unsupported(
              PRE + ".behavior",
              behavior,
              "Isolated, Removed, MergedWithPrevious, MergedWithNext, Contiguous");
    };
  }

  private void byteLevel(JsonNode step) {
    byteLevel = true;
    if (fields.flag(PRE + ".add_prefix_space", step.path("add_prefix_space"), true)) {
      requireFirst("ByteLevel with add_prefix_space");
      openings.add(new TextStep.PrefixSpace());
    }
    if (fields.flag(PRE + ".use_regex", step.path("use_regex"), true)) {
      splits.add(Split.isolated(SplitRules.GPT2));
    }
  }

  private void metaspace(JsonNode step) {
    requireFirst("Metaspace");
    fields.require(PRE + ".replacement", step.path("replacement"), TextStep.SPACE_SIGN);
    openings.add(new TextStep.Metaspace(TextStep.SPACE_SIGN, where(PRE, step)));
    if (fields.flag(PRE + ".split", step.path("split"), true)) {
      splits.add(
          new Split(
              TextPattern.literal(TextStep.SPACE_SIGN), Split.Behavior.MERGED_WITH_NEXT, false));
    }
  }

  private TextStep.Metaspace.Where where(String field, JsonNode step) {
    JsonNode scheme = step.path("prepend_scheme");
    boolean prefix = fields.flag(field + ".add_prefix_space", step.path("add_prefix_space"), true);
    if (JsonFields.absent(scheme)) {
      return prefix ? TextStep.Metaspace.Where.ALWAYS : TextStep.Metaspace.Where.NEVER;
    }
    return switch (scheme.asText()) {
      case "always" -> TextStep.Metaspace.Where.ALWAYS;
      case "first" -> TextStep.Metaspace.Where.FIRST;
      case "never" -> TextStep.Metaspace.Where.NEVER;
      default ->
          throw fields.unsupported(field + ".prepend_scheme", scheme, "always, first, never");
    };
  }

  private void requireFirst(String step) {
    if (!splits.isEmpty() || !openings.isEmpty()) {
      throw fields.problem(PRE, step + " is not supported after another step");
    }
  }

  private void decoder(JsonNode step) {
    String field = DECODER + ".type";
    if (JsonFields.absent(step)) {
      throw fields.problem(field, "is missing");
    }
    switch (step.path("type").asText()) {
      case "Sequence" ->
          fields.array(DECODER + ".decoders", step.path("decoders")).forEach(this::decoder);
      case "ByteLevel" -> writing = Vocabulary.Writing.BYTE_ALPHABET;
      case "ByteFallback" -> byteFallback = true;
      case "Fuse" -> {}
      case "Metaspace" -> {
        fields.require(DECODER + ".replacement", step.path("replacement"), TextStep.SPACE_SIGN);
        writing = Vocabulary.Writing.SPACE_SIGNS;
        dropsFirstSpace |= where(DECODER, step) != TextStep.Metaspace.Where.NEVER;
      }
      case "Replace" -> {
        JsonNode old = step.path("pattern").path("String");
        fields.require(DECODER + ".pattern.String", old, TextStep.SPACE_SIGN);
        fields.require(DECODER + ".content", step.path("content"), " ");
        writing = Vocabulary.Writing.SPACE_SIGNS;
      }
      case "Strip" -> {
        fields.require(DECODER + ".content", step.path("content"), " ");
        fields.requireOff(DECODER + ".stop", step.path("stop"));
        if (step.path("start").asInt() > 1) {
          throw fields.unsupported(DECODER + ".start", step.path("start"), "0, 1");
        }
        dropsFirstSpace |= step.path("start").asInt() == 1;
      }
      default ->
          throw fields.unsupported(
              field,
              step.path("type"),
              "ByteLevel, Metaspace, ByteFallback, Fuse, Replace, Strip, Sequence");
    }
  }
}
