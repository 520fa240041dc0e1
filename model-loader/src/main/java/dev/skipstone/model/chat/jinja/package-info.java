/**
 * Jinja templates, as far as chat templates use them, with Python's meaning of every operation.
 * Templates come from model files and are trusted no more than the rest of them: they see plain
 * values (maps, lists, strings, numbers), there is no way from these to Java, and work, output and
 * depth are bounded. What is not known is refused by name.
 *
 * <p>The syntax is that of Jinja's template designer documentation (jinja.palletsprojects.com); the
 * settings are those of Hugging Face's transformers.
 */
package dev.skipstone.model.chat.jinja;
