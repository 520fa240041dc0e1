package dev.skipstone.model.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Carries out the statements of one rendering. */
final class Interpreter {
  /** How the statements of a block end. */
  private enum End {
    NORMAL,
    BREAK,
    CONTINUE
  }

  private final Budget budget = new Budget();
  private final Evaluator evaluator = new Evaluator(budget);
  private StringBuilder out = new StringBuilder();
  private int line;

  /**
   * Renders a template.
   *
   * @throws TemplateFailure for anything that is wrong with it
   */
  static String render(List<Statement> template, Scope variables) {
    Interpreter interpreter = new Interpreter();
    try {
      interpreter.run(template, variables);
      return interpreter.out.toString();
    } catch (TemplateFailure e) {
      throw e.at(interpreter.line);
    } catch (ArithmeticException e) {
      throw new TemplateFailure("computes a number that is too large").at(interpreter.line);
    } catch (StackOverflowError e) {
      throw new TemplateFailure("is nested too deeply").at(interpreter.line);
    }
  }

  private End run(List<Statement> statements, Scope scope) {
    for (Statement statement : statements) {
      End end = run(statement, scope);
      if (end != End.NORMAL) {
        return end;
      }
    }
    return End.NORMAL;
  }

  private End run(Statement statement, Scope scope) {
    budget.step();
    line = statement.line();
    switch (statement) {
      case Statement.Text text -> write(text.text());
      case Statement.Output output ->
          write(PythonValues.str(evaluator.evaluate(output.value(), scope)));
      case Statement.If condition -> {
        return condition(condition, scope);
      }
      case Statement.For loop -> loop(loop, scope);
      case Statement.Assign assign ->
          assign(assign.targets(), evaluator.evaluate(assign.value(), scope), scope);
      case Statement.AssignMember assign -> {
        Object value = evaluator.evaluate(assign.value(), scope);
        if (!(scope.get(assign.namespace()) instanceof Namespace namespace)) {
          throw new TemplateFailure(
              "sets a member of \"" + assign.namespace() + "\", which is no namespace");
        }
        namespace.set(assign.member(), value);
      }
      case Statement.Capture capture -> {
        Scope inner = new Scope(scope);
        inner.set(Statement.Capture.TEXT, captured(capture.body(), inner));
        scope.set(capture.target(), evaluator.evaluate(capture.value(), inner));
      }
      case Statement.Macro macro -> scope.set(macro.name(), macro(macro, scope));
      case Statement.Scoped scoped -> {
        Scope inner = new Scope(scope);
        for (int i = 0; i < scoped.names().size(); i++) {
          inner.set(scoped.names().get(i), evaluator.evaluate(scoped.values().get(i), inner));
        }
        return run(scoped.body(), inner);
      }
      case Statement.Jump jump -> {
        return jump.leaves() ? End.BREAK : End.CONTINUE;
      }
    }
    return End.NORMAL;
  }

  private void write(String text) {
    budget.read(text);
    budget.checkSize(true, (long) out.length() + text.length());
    out.append(text);
  }

  private String captured(List<Statement> body, Scope scope) {
    StringBuilder outside = out;
    out = new StringBuilder();
    run(body, scope);
    String text = out.toString();
    out = outside;
    return text;
  }

  private End condition(Statement.If condition, Scope scope) {
    for (Statement.Branch branch : condition.branches()) {
      if (PythonValues.truth(evaluator.evaluate(branch.condition(), scope))) {
        return run(branch.body(), scope);
      }
    }
    return run(condition.otherwise(), scope);
  }

  private void loop(Statement.For statement, Scope scope) {
    List<Object> items = new ArrayList<>();
    Object all = evaluator.evaluate(statement.items(), scope);
    budget.read(all);
    for (Object item : PythonValues.iterate(all)) {
      if (statement.condition() != null) {
        Scope inner = new Scope(scope);
        assign(statement.targets(), item, inner);
        if (!PythonValues.truth(evaluator.evaluate(statement.condition(), inner))) {
          continue;
        }
      }
      items.add(item);
    }
    if (items.isEmpty()) {
      run(statement.otherwise(), new Scope(scope));
      return;
    }
    Loop loop = new Loop(items, budget);
    for (int i = 0; i < items.size(); i++) {
      budget.step();
      loop.moveTo(i);
      Scope inner = new Scope(scope);
      inner.set("loop", loop);
      assign(statement.targets(), items.get(i), inner);
      if (run(statement.body(), inner) == End.BREAK) {
        return;
      }
    }
  }

  private static void assign(List<String> targets, Object value, Scope scope) {
    if (targets.size() == 1) {
      scope.set(targets.getFirst(), value);
      return;
    }
    List<Object> values = new ArrayList<>(PythonValues.iterate(value));
    if (values.size() != targets.size()) {
      throw new TemplateFailure(
          "takes " + values.size() + " values apart into " + targets.size() + " variables");
    }
    for (int i = 0; i < values.size(); i++) {
      scope.set(targets.get(i), values.get(i));
    }
  }

  private Callable macro(Statement.Macro macro, Scope scope) {
    return arguments -> {
      List<Statement.Parameter> parameters = macro.parameters();
      if (arguments.positional().size() > parameters.size()) {
        throw new TemplateFailure("hands the macro " + macro.name() + " too many values");
      }
      Map<String, Object> named = new LinkedHashMap<>(arguments.named());
      Scope inner = new Scope(scope);
      inner.set("loop", new Undefined("\"loop\""));
      for (int i = 0; i < parameters.size(); i++) {
        Statement.Parameter parameter = parameters.get(i);
        Object given = named.remove(parameter.name());
        inner.set(
            parameter.name(),
            i < arguments.positional().size()
                ? arguments.positional().get(i)
                : arguments.named().containsKey(parameter.name())
                    ? given
                    : parameter.missing() == null
                        ? new Undefined("\"" + parameter.name() + "\"")
                        : evaluator.evaluate(parameter.missing(), inner));
      }
      if (!named.isEmpty()) {
        throw new TemplateFailure(
            "hands the macro " + macro.name() + " \"" + named.keySet().iterator().next() + "\"");
      }
      budget.enter();
      int from = line;
      String text = captured(macro.body(), inner);
      line = from;
      budget.leave();
      return text;
    };
  }
}
