package dev.skipstone.model.chat.jinja;

/** A function, macro or method. */
@FunctionalInterface
interface Callable {
  Object call(CallArguments arguments);
}
