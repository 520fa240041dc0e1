package dev.skipstone.model.chat;

/** A template that can't be rendered, or that says so itself; the message is one line. */
final class TemplateFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TemplateFailure(String message) {
    super(oneLine(message));
  }

  TemplateFailure(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  private static String oneLine(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
