package dev.skipstone.model.chat.jinja;

/**
 * What a variable or member is that does not exist: false, empty, and an error where more is asked.
 *
 * @param what does not exist, for messages
 */
record Undefined(String what) {
  TemplateFailure failure() {
    return new TemplateFailure("uses " + what + ", which is undefined");
  }
}
