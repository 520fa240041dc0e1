package dev.skipstone.tornado.host;

/** Ids or numbers of work items, or of groups, along the three dimensions. */
public record Size(int x, int y, int z) {
  /** Place {@code index} in a space of this size, where x varies fastest. */
  public Size place(int index) {
    return new Size(index % x, index / x % y, index / x / y);
  }

  /** Along x for 0, y for 1 and z for 2. */
  public int get(int dimension) {
    return switch (dimension) {
      case 0 -> x;
      case 1 -> y;
      case 2 -> z;
      default -> throw new IllegalArgumentException("no dimension " + dimension);
    };
  }

  /** The number of items or groups in the whole space. */
  public int volume() {
    return Math.multiplyExact(Math.multiplyExact(x, y), z);
  }

  @Override
  public String toString() {
    return "(%d, %d, %d)".formatted(x, y, z);
  }
}
