package dev.skipstone.adapt.text;

import java.util.List;
import java.util.Set;

/**
 * A kind of request.
 *
 * @param name of the kind
 * @param weight how often it is drawn, beside the others
 * @param tags what is special about it
 * @param templates of its requests
 */
record RequestKind(String name, int weight, Set<Tag> tags, List<String> templates) {

  /** What is special about a kind. */
  enum Tag {
    /** The template is how a user's turn begins; the model goes on with it, and then answers. */
    CONTINUED,
    /** The template is the next turn of an earlier conversation. */
    FOLLOW_UP,
    /** The template is a text to continue, without chat. */
    RAW,
    /** Answers are prose that later requests can be about. */
    PROSE,
    /** Answers are prose that holds the answer to what was asked. */
    FACTS,
    /** Answers have code in them. */
    CODE
  }

  boolean is(Tag tag) {
    return tags.contains(tag);
  }
}
