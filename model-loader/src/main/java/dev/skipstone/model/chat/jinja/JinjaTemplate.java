package dev.skipstone.model.chat.jinja;

import java.util.List;
import java.util.Map;

/**
 * A parsed template, with the settings of Hugging Face's transformers ({@code trim_blocks} and
 * {@code lstrip_blocks} are on) and its functions {@code raise_exception(message)} and {@code
 * strftime_now(format)}. Immutable.
 */
public final class JinjaTemplate {
  private final List<Statement> statements;

  private JinjaTemplate(List<Statement> statements) {
    this.statements = statements;
  }

  /**
   * Parses a template.
   *
   * @throws TemplateFailure if it is wrong or uses what is not supported
   */
  public static JinjaTemplate parse(String source) {
    return new JinjaTemplate(TemplateParser.parse(source));
  }

  /**
   * Renders the template.
   *
   * @param variables by name; values are null, String, Boolean, Number, Map or Collection of these
   * @throws TemplateFailure if that fails, does too much work, or the template says so itself
   * @throws IllegalArgumentException for a value of another kind
   */
  public String render(Map<String, ?> variables) {
    Scope functions = new Scope(null);
    TemplateFunctions.ALL.forEach(functions::set);
    Scope scope = new Scope(functions);
    variables.forEach((name, value) -> scope.set(name, PythonValues.of(value, 0)));
    return Interpreter.render(statements, scope);
  }
}
