package dev.skipstone.tornado.host;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import uk.ac.manchester.tornado.api.exceptions.TornadoRuntimeException;

/** A work group: its place in the launch, and its local memory. */
public final class WorkGroup {
  private final NdRange range;
  private final Size id;
  private final List<Object> local = new ArrayList<>();

  /** Group {@code index} of a range, where x varies fastest. */
  public WorkGroup(NdRange range, int index) {
    this.range = range;
    this.id = range.groups().place(index);
  }

  NdRange range() {
    return range;
  }

  /** The item at {@code index}, where x varies fastest. */
  public WorkItem item(int index) {
    return new Item(range.local().place(index));
  }

  private <T> T local(int position, Class<T> type, int size) {
    if (position == local.size()) {
      local.add(garbage(type, size));
    }
    Object array = local.get(position);
    if (!type.isInstance(array) || Array.getLength(array) != size) {
      throw new TornadoRuntimeException(
          "the work items of a group allocate different local arrays: %s[%d] and %s[%d]"
              .formatted(
                  array.getClass().componentType().getSimpleName(),
                  Array.getLength(array),
                  type.componentType().getSimpleName(),
                  size));
    }
    return type.cast(array);
  }

  /** Local memory has no defined content on a device: a kernel must not get by on zeros here. */
  private static Object garbage(Class<?> type, int size) {
    Object array = Array.newInstance(type.componentType(), size);
    switch (array) {
      case float[] floats -> Arrays.fill(floats, Float.NaN);
      case double[] doubles -> Arrays.fill(doubles, Double.NaN);
      case int[] ints -> Arrays.fill(ints, 0x7fc0_0bad);
      case long[] longs -> Arrays.fill(longs, 0x7ff8_0000_0000_0badL);
      case byte[] bytes -> Arrays.fill(bytes, (byte) 0xad);
      default -> {}
    }
    return array;
  }

  private final class Item implements WorkItem {
    private final Size localId;
    private int allocated;

    private Item(Size localId) {
      this.localId = localId;
    }

    @Override
    public int groupId(int dimension) {
      return id.get(dimension);
    }

    @Override
    public int localId(int dimension) {
      return localId.get(dimension);
    }

    @Override
    public int globalSize(int dimension) {
      return range.global().get(dimension);
    }

    @Override
    public int localSize(int dimension) {
      return range.local().get(dimension);
    }

    @Override
    public void barrier() {
      throw new TornadoRuntimeException("a barrier is in code that is not part of a kernel");
    }

    @Override
    public <T> T local(Class<T> type, int size) {
      return WorkGroup.this.local(allocated++, type, size);
    }
  }
}
