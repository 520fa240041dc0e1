package dev.skipstone.runtime.adapter;

import dev.skipstone.model.Model;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.safetensors.SafetensorsFile;
import dev.skipstone.runtime.pass.AdapterWeights;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.TokenBlocks;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A draft adapter in a file: what makes one pass over a few kept sublayers draft several tokens at
 * once (S3D, arXiv 2405.20314), without changing the model. Immutable and shareable between
 * threads; {@link #close} ends access to the tensors, and nothing else.
 *
 * <h2>The file</h2>
 *
 * <p>Safetensors, named {@code MODEL.s3d.safetensors}. Its metadata, all of it texts:
 *
 * <ul>
 *   <li>{@code format}: {@value #FORMAT}; {@code version}: {@value #VERSION}; {@code kind}: {@value
 *       #KIND}
 *   <li>{@code model}: the {@link Model#fingerprint} of the model; {@code model_name}: its name
 *   <li>{@code attention}, {@code mlp}: layers whose attention and MLP blocks are kept, such as
 *       {@code 0,1,8,20-22}, possibly none in one of them
 *   <li>{@code vocabulary}: the tokens that can be drafted, such as {@code 0-8191,9216-9247}:
 *       ranges that start at multiples of {@value #BLOCK} and end before one, or at the
 *       vocabulary's end
 *   <li>{@code riding}: {@value #TRAINED} if the masks were trained to ride in verifying passes,
 *       too ({@link dev.skipstone.runtime.pass.Pass#riding}); may be absent
 *   <li>{@code training}: figures of the training, a JSON object
 * </ul>
 *
 * <p>Its tensors, F16, F32 or BF16; γ is the most tokens of a draft, 1 to {@value
 * #MOST_DRAFT_TOKENS}:
 *
 * <ul>
 *   <li>{@code masks} [γ - 1, width]: embeddings of the mask slots; absent for γ = 1
 *   <li>{@code layers.I.W.down} [rank, columns] and {@code layers.I.W.up} [rows, rank], with W one
 *       of {@code wq wk wv wo wg wu wd} (query, key, value, attention output, gate, up, down): on
 *       the draft path the matrix is W + up down. Any W of a kept sublayer may have one; ranks may
 *       differ. Rows of {@code wq.up} and {@code wk.up} are in Hugging Face's order, for RoPE that
 *       pairs the halves of a head, whatever the order in the model's file
 *   <li>{@code bridges.I.scale} [width], and optionally {@code bridges.I.down} [rank, width] and
 *       {@code bridges.I.up} [width, rank]: before the first kept sublayer of layer I (or, with I
 *       the number of layers, before the output's norm) the residual stream x becomes scale x + up
 *       (down x)
 * </ul>
 *
 * <p>A draft pass has the rows [last accepted token, mask 1 … mask γ - 1] at the positions n, n +
 * 1, … behind the n whose keys and values full passes left; rows attend to those and, causally, to
 * each other. Then come the output's norm and its rows for the vocabulary above. Row i proposes the
 * token of position n + 1 + i.
 */
public final class DraftAdapter implements AutoCloseable {
  /** What {@code format} says. */
  public static final String FORMAT = "skipstone.draft-adapter";

  /** What {@code version} says. */
  public static final String VERSION = "1";

  /** What {@code kind} says. */
  public static final String KIND = "s3d";

  /** What {@code riding} says where masks ride. */
  public static final String TRAINED = "trained";

  /** What adapters' file names end in. */
  public static final String SUFFIX = ".s3d.safetensors";

  /** Most tokens of a draft: one more than mask slots. */
  public static final int MOST_DRAFT_TOKENS = 15;

  /** Tokens of a block of the draft vocabulary. */
  public static final int BLOCK = TokenBlocks.BLOCK;

  private final SafetensorsFile file;
  private final AdapterContents contents;
  private final int[] attention;
  private final int[] mlp;

  private DraftAdapter(SafetensorsFile file) {
    this.file = file;
    contents = new AdapterContents(file);
    attention = contents.attention();
    mlp = contents.mlp();
    contents.text("model_name");
    contents.text("training");
  }

  /**
   * Opens a file and checks all that can be checked without its model.
   *
   * @throws ModelFileException if it can't be read, is broken, or is no draft adapter
   */
  public static DraftAdapter open(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      return new DraftAdapter(file);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  /** The file that was opened. */
  public Path file() {
    return file.path();
  }

  /** Size of the file in bytes. */
  public long fileBytes() {
    return file.size();
  }

  /** The file's metadata, as in its description. */
  public Map<String, String> metadata() {
    return file.metadata();
  }

  /** The file's tensors. */
  public List<Tensor> tensors() {
    return file.tensors();
  }

  /** Bytes of all tensors: what they take on a device, filling not counted. */
  public long tensorBytes() {
    return file.tensors().stream().mapToLong(Tensor::byteSize).sum();
  }

  /** The {@link Model#fingerprint} of the model that it is for. */
  public String fingerprint() {
    return contents.fingerprint();
  }

  /** The name of the model that it is for. */
  public String modelName() {
    return contents.text("model_name");
  }

  /** Figures of the training, a JSON object. */
  public String training() {
    return contents.text("training");
  }

  /** Whether its masks were trained to ride in verifying passes. */
  public boolean masksRide() {
    return contents.maskCount() > 0 && TRAINED.equals(file.metadata().get("riding"));
  }

  /** Most tokens of a draft: the number of mask slots and one more. */
  public int draftTokens() {
    return contents.maskCount() + 1;
  }

  /**
   * The sublayers of a draft pass.
   *
   * @param layers layers of the model
   * @throws ModelFileException if a kept layer is not among them
   */
  public LayerPath path(int layers) {
    try {
      return LayerPath.keeping(layers, attention, mlp);
    } catch (IllegalArgumentException e) {
      throw contents.error("attention", e.getMessage());
    }
  }

  /**
   * Whether the adapter is for this model, in whatever types its matrices are.
   *
   * @throws ModelFileException if the model's file can't be read any more
   */
  public boolean fits(Model model) {
    return model.fingerprint().equals(fingerprint());
  }

  /**
   * Checks that the adapter is for a model.
   *
   * @throws ModelFileException if it is for another one
   */
  public void check(Model model) {
    if (!fits(model)) {
      throw contents.error(
          "model",
          "the adapter is for %s (%s…), not for %s (%s…): give the adapter that belongs to this model"
              .formatted(
                  modelName(),
                  fingerprint().substring(0, 8),
                  model.name(),
                  model.fingerprint().substring(0, 8)));
    }
  }

  /**
   * The adapter's weights as a backend runs them with a model.
   *
   * @return valid until this or the model is closed
   * @throws ModelFileException if the adapter is for another model, or does not fit it
   */
  public AdapterWeights bind(Model model) {
    check(model);
    return BoundAdapter.of(file, contents, path(model.hyperParameters().layers()), model);
  }

  @Override
  public void close() {
    file.close();
  }

  @Override
  public String toString() {
    return file.path().getFileName() + " for " + modelName();
  }
}
