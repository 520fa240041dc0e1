package dev.skipstone.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Computes {@link Model#fingerprint}: SHA-256 of, little-endian, the hyper-parameters in their
 * record's order (what all llama models have in common left out), each token's UTF-8 bytes behind
 * their number, and the norms' float32 values, role after role, in each the layers in order.
 */
final class ModelFingerprint {
  private static final String ALGORITHM = "SHA-256";

  private final MessageDigest digest;
  private ByteBuffer buffer = ByteBuffer.allocate(1 << 12).order(ByteOrder.LITTLE_ENDIAN);

  private ModelFingerprint(MessageDigest digest) {
    this.digest = digest;
  }

  static String of(Model model) {
    try {
      return new ModelFingerprint(MessageDigest.getInstance(ALGORITHM)).digest(model);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has " + ALGORITHM, e);
    }
  }

  private String digest(Model model) {
    add(model.hyperParameters());
    for (int id = 0; id < model.tokenizer().vocabularySize(); id++) {
      byte[] token = model.tokenizer().token(id).getBytes(StandardCharsets.UTF_8);
      add(token.length);
      digest.update(token);
    }
    for (TensorRole role : TensorRole.values()) {
      if (role.isNorm()) {
        for (int i = 0; i < (role.perLayer() ? model.hyperParameters().layers() : 1); i++) {
          model.find(role, i).ifPresent(norm -> norm.forEachValue(this::add));
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private void add(HyperParameters sizes) {
    add(sizes.layers());
    add(sizes.width());
    add(sizes.hidden());
    add(sizes.heads());
    add(sizes.keyValueHeads());
    add(sizes.headSize());
    add(sizes.vocabulary());
    add(sizes.context());
    add(new float[] {sizes.normEpsilon(), sizes.ropeBase()}, 2);
    add(sizes.ropeDimensions());
    addVariant(sizes);
  }

  /** What a llama block does not have; nothing where a model has none of it. */
  private void addVariant(HyperParameters sizes) {
    Multipliers multipliers = sizes.multipliers();
    if (!multipliers.equals(Multipliers.plain(sizes.headSize()))) {
      add(
          new float[] {
            multipliers.embedding(),
            multipliers.scores(),
            multipliers.residual(),
            multipliers.logits(),
            multipliers.scoreCap(),
            multipliers.logitCap()
          },
          6);
    }
    LayerAttention usual =
        new LayerAttention(0, Optional.of(new Rope(sizes.ropeBase(), sizes.ropeDimensions())));
    if (sizes.attention().stream().distinct().anyMatch(layer -> !layer.equals(usual))) {
      sizes.attention().forEach(this::add);
    }
  }

  private void add(LayerAttention layer) {
    add(layer.window());
    layer.rope().ifPresent(this::add);
  }

  private void add(Rope rope) {
    add(new float[] {rope.base(), rope.magnitude()}, 2);
    add(rope.divisors().size());
    rope.divisors().forEach(divisor -> add(Float.floatToIntBits(divisor)));
    rope.longer()
        .ifPresent(longer -> {
          add(longer.positions());
          add(longer.rope());
        });
  }

  private void add(int value) {
    digest.update(buffer.clear().putInt(value).flip());
  }

  private void add(float[] values, int count) {
    if (buffer.capacity() < count * Float.BYTES) {
      buffer = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }
    buffer.clear();
    for (int i = 0; i < count; i++) {
      buffer.putFloat(values[i]);
    }
    digest.update(buffer.flip());
  }
}
