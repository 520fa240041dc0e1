package dev.skipstone.model.family;

import dev.skipstone.model.HyperParameters;
import dev.skipstone.model.ModelFileException;
import dev.skipstone.model.Tensor;
import dev.skipstone.model.TensorRole;
import dev.skipstone.model.family.TensorNames.Place;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The tensors of a model by what they are for, each one present and of the right shape. Parts of
 * tensors with several roles are views of their rows.
 */
public final class TensorTable {
  private final Path model;
  private final Family family;
  private final TensorNames names;
  private final Map<String, Stored> stored = new LinkedHashMap<>();
  private final Set<TensorRole> required;
  private final float normOffset;
  private HyperParameters sizes;

  /** A tensor and the file that it is in. */
  private record Stored(Path file, Tensor tensor) {}

  /**
   * @param model the file or folder, for errors
   * @param names of the tensors in this format
   * @param required roles that this model needs, beside those that its family does
   * @param normOffset what is to be added to the norms' weights
   */
  public TensorTable(
      Path model, Family family, TensorNames names, Set<TensorRole> required, float normOffset) {
    this.model = model;
    this.family = family;
    this.names = names;
    this.required = Set.copyOf(required);
    this.normOffset = normOffset;
  }

  /**
   * Adds a tensor; all of a model are added, also those that have no place in it.
   *
   * @param file that it is in
   * @param name among the names of this format
   */
  public void add(Path file, String name, Tensor tensor) {
    Stored added = new Stored(file, tensor);
    if (stored.putIfAbsent(name, added) != null) {
      throw error(added, "there are two of this name");
    }
  }

  /** How many tensors there are: more than layers, in a sound model. */
  public int size() {
    return stored.size();
  }

  /** Rows of the embedding. */
  public int vocabulary() {
    Stored embedding =
        place(TensorRole.TOKEN_EMBEDDING, 0)
            .map(place -> stored.get(place.name(0)))
            .orElseThrow(() -> missing(TensorRole.TOKEN_EMBEDDING, 0));
    long rows = embedding.tensor().rows();
    if (rows > Integer.MAX_VALUE) {
      throw error(embedding, rows + " rows are more than a vocabulary can have");
    }
    return (int) rows;
  }

  /** Whether the output is the embedding. */
  public boolean tiedOutput() {
    return place(TensorRole.OUTPUT, 0).isEmpty();
  }

  /** A tensor by its role, the embedding where it is also the output; empty where there is none. */
  public Optional<Tensor> find(TensorRole role, int layer) {
    if (role.perLayer()) {
      Objects.checkIndex(layer, sizes.layers());
    } else if (role == TensorRole.OUTPUT && tiedOutput()) {
      return find(TensorRole.TOKEN_EMBEDDING, 0);
    }
    return place(role, layer)
        .map(place -> part(role, place, stored.get(place.name(layer)).tensor()))
        .map(tensor ->
            role.isNorm() && normOffset != 0 ? new ShiftedTensor(tensor, normOffset) : tensor);
  }

  private Tensor part(TensorRole role, Place place, Tensor tensor) {
    if (place.roles().size() == 1) {
      return tensor;
    }
    long first = 0;
    for (TensorRole before : place.roles().subList(0, place.roles().indexOf(role))) {
      first += before.shape(sizes).getFirst();
    }
    return new TensorRows(tensor, first, role.shape(sizes));
  }

  /**
   * Checks that the files have all tensors of the model, and no other.
   *
   * @param others names of tensors that are read by others, or that the model does without
   */
  public void check(HyperParameters of, Set<String> others) {
    sizes = of;
    Set<String> used = new HashSet<>(others);
    for (TensorRole role : TensorRole.values()) {
      // The first layer that is missing ends the loop, so a hostile number of layers does no harm.
      for (int layer = 0; layer < (role.perLayer() ? sizes.layers() : 1); layer++) {
        if (family.allows(role)) {
          check(role, layer, used);
        }
      }
    }
    // A tensor left unused would mean that the model computes something else than it was made for.
    stored.forEach((name, tensor) -> {
      if (!used.contains(name)) {
        throw error(tensor, unused(name));
      }
    });
  }

  private void check(TensorRole role, int layer, Set<String> used) {
    Optional<Place> place = place(role, layer);
    if (place.isEmpty()) {
      if (family.needs(role) || required.contains(role)) {
        throw missing(role, layer);
      }
      return;
    }
    String name = place.get().name(layer);
    Tensor tensor = stored.get(name).tensor();
    List<Long> expected = shape(place.get().roles());
    if (!tensor.shape().equals(expected) && !isWideNorm(role, tensor)) {
      throw error(stored.get(name), "has shape " + tensor.shape() + " instead of " + expected);
    }
    tensor.type();
    used.add(name);
  }

  /** The shape of a tensor with all rows of some roles, which have the same columns. */
  private List<Long> shape(List<TensorRole> roles) {
    long rows = 0;
    for (TensorRole role : roles) {
      rows += role.shape(sizes).getFirst();
    }
    List<Long> first = roles.getFirst().shape(sizes);
    return first.size() == 1 ? List.of(rows) : List.of(rows, first.get(1));
  }

  /** Whether it norms all heads as one. */
  private boolean isWideNorm(TensorRole role, Tensor tensor) {
    long headSize = sizes.headSize();
    return switch (role) {
      case ATTENTION_QUERY_NORM -> tensor.shape().equals(List.of(sizes.heads() * headSize));
      case ATTENTION_KEY_NORM -> tensor.shape().equals(List.of(sizes.keyValueHeads() * headSize));
      default -> false;
    };
  }

  private String unused(String name) {
    if (name.contains("_exps.") || name.contains("_inp.") || name.contains(".experts.")) {
      return "mixtures of experts are not supported yet";
    }
    return "has no place in the architecture %s with %d layers, so the model would not be computed"
            .formatted(family, sizes.layers())
        + " as it was made";
  }

  private Optional<Place> place(TensorRole role, int layer) {
    return names.places(role).stream()
        .filter(place -> stored.containsKey(place.name(layer)))
        .findFirst();
  }

  private ModelFileException missing(TensorRole role, int layer) {
    return new ModelFileException(
        model,
        "tensor " + names.places(role).getFirst().name(layer),
        ModelFileException.NO_OFFSET,
        "the file lacks it; the architecture " + family + " needs it");
  }

  private static ModelFileException error(Stored stored, String problem) {
    Tensor tensor = stored.tensor();
    return new ModelFileException(
        stored.file(), "tensor " + tensor.name(), tensor.offset(), problem);
  }
}
