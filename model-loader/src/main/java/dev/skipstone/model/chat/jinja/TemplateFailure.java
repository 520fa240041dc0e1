package dev.skipstone.model.chat.jinja;

/** A template that can't be rendered, or that says so itself; the message is one line. */
public final class TemplateFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whether the message says where the template is wrong, or need not. */
  private final boolean placed;

  TemplateFailure(String message) {
    this(message, false, null);
  }

  private TemplateFailure(String message, boolean placed, Throwable cause) {
    super(oneLine(message), cause);
    this.placed = placed;
  }

  /** What the template itself says about the conversation. */
  static TemplateFailure refusal(String message) {
    return new TemplateFailure("the template refuses the conversation: " + message, true, null);
  }

  /** The same with its place, if it has none yet. */
  TemplateFailure at(int line) {
    return placed ? this : new TemplateFailure("line " + line + " " + getMessage(), true, this);
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
