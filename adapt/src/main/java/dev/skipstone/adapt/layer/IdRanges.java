package dev.skipstone.adapt.layer;

/** Ascending numbers as a text, such as {@code 0,1,8,20-22}. */
public final class IdRanges {
  private IdRanges() {}

  /**
   * Writes numbers, consecutive ones as a range.
   *
   * @param ids ascending
   */
  public static String text(int[] ids) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ids.length; i++) {
      int first = i;
      while (i + 1 < ids.length && ids[i + 1] == ids[i] + 1) {
        i++;
      }
      text.append(text.isEmpty() ? "" : ",").append(ids[first]);
      if (i > first) {
        text.append('-').append(ids[i]);
      }
    }
    return text.toString();
  }
}
