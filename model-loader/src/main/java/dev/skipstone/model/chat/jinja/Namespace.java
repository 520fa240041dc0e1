package dev.skipstone.model.chat.jinja;

import java.util.HashMap;
import java.util.Map;

/** What {@code namespace()} gives: variables that an inner block can change. */
final class Namespace {
  private final Map<String, Object> members = new HashMap<>();

  Namespace(Map<String, Object> members) {
    this.members.putAll(members);
  }

  Object get(String name) {
    return members.containsKey(name)
        ? members.get(name)
        : new Undefined("the member \"" + name + "\"");
  }

  void set(String name, Object value) {
    members.put(name, value);
  }
}
