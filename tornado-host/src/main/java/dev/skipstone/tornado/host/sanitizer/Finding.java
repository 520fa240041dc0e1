package dev.skipstone.tornado.host.sanitizer;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * One fault.
 *
 * @param access where it showed
 * @param array its name and kind; empty if the fault is not about an array
 * @param index the array's element
 * @param other the second party, such as a race's other access
 * @param explanation a sentence for people
 */
public record Finding(
    FaultKind kind,
    Access access,
    Optional<String> array,
    OptionalInt index,
    Optional<Access> other,
    String explanation) {
  /** Several lines for people, without a line break at the end. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(kind.title());
    array.ifPresent(name -> text.append(": ").append(name));
    index.ifPresent(i -> text.append(", element ").append(i));
    text.append("\n  ").append(access);
    other.ifPresent(second -> text.append("\n  ").append(second));
    return text.append("\n  ").append(explanation).toString();
  }
}
