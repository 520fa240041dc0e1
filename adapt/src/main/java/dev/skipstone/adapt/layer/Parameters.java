package dev.skipstone.adapt.layer;

import java.util.ArrayList;
import java.util.List;

/**
 * Everything that is trained, in one array, and its gradients in another: the optimizer and
 * checkpoints need not know what it is. Tensors are added first, then {@link #allocate} makes room
 * for them.
 */
public final class Parameters {
  /**
   * A trained tensor.
   *
   * @param offset where its values start
   * @param decays whether weight decay pulls it to zero
   */
  public record Tensor(String name, int offset, int rows, int columns, boolean decays) {
    public int size() {
      return rows * columns;
    }
  }

  private final List<Tensor> tensors = new ArrayList<>();
  private int size;
  private float[] values = {};
  private float[] gradients = {};

  /** Adds a tensor [rows][columns] before there is room for any. */
  Tensor add(String name, int rows, int columns, boolean decays) {
    Tensor tensor = new Tensor(name, size, rows, columns, decays);
    size = Math.addExact(size, Math.multiplyExact(rows, columns));
    tensors.add(tensor);
    return tensor;
  }

  void allocate() {
    values = new float[size];
    gradients = new float[size];
  }

  /** All tensors, in the order of their offsets. */
  public List<Tensor> tensors() {
    return List.copyOf(tensors);
  }

  /** Values of all tensors together. */
  public int size() {
    return size;
  }

  /** The values themselves, tensor after tensor. */
  public float[] values() {
    return values;
  }

  /** The gradients themselves, tensor after tensor. */
  public float[] gradients() {
    return gradients;
  }
}
