package dev.skipstone.model.hub;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model on the hub.
 *
 * @param owner of the repository
 * @param name of the repository
 * @param file in it, or a part of a GGUF file's name, such as {@code Q4_K_M}; empty for whatever is
 *     usual
 * @param revision a branch, a tag or a commit
 */
public record HubReference(String owner, String name, String file, String revision) {
  /** What is taken where nothing is said. */
  public static final String MAIN = "main";

  // No name starts with a dot, so that none leads out of its folder.
  private static final String NAME = "[A-Za-z0-9_-][A-Za-z0-9._-]{0,95}";
  private static final Pattern FORM =
      Pattern.compile("(%s)/(%s)(?::(%s(?:/%s)*))?".formatted(NAME, NAME, NAME, NAME));
  private static final Pattern PATH = Pattern.compile("%s(?:/%s)*".formatted(NAME, NAME));

  public HubReference {
    check(owner.matches(NAME), owner);
    check(name.matches(NAME), name);
    check(file.isEmpty() || isFileName(file), file);
    check(PATH.matcher(revision).matches(), revision);
  }

  private static void check(boolean fits, String part) {
    if (!fits) {
      throw new IllegalArgumentException("'%s' is no name that the hub has".formatted(part));
    }
  }

  /** Whether a name is one that a file of a repository can have here: no way out of a folder. */
  static boolean isFileName(String name) {
    return PATH.matcher(name).matches();
  }

  /**
   * Reads {@code owner/name} or {@code owner/name:file}, of the main branch.
   *
   * @return empty if a text is not of that form
   */
  public static Optional<HubReference> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String file = matcher.group(3) == null ? "" : matcher.group(3);
    return Optional.of(new HubReference(matcher.group(1), matcher.group(2), file, MAIN));
  }

  public HubReference withRevision(String other) {
    return new HubReference(owner, name, file, other);
  }

  /** {@code owner/name}. */
  public String repository() {
    return owner + "/" + name;
  }

  @Override
  public String toString() {
    return repository() + (file.isEmpty() ? "" : ":" + file);
  }
}
