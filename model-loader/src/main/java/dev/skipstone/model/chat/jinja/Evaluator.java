package dev.skipstone.model.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Computes expressions. */
final class Evaluator {
  private final Budget budget;
  private final Members members;
  private final Filters filters;

  Evaluator(Budget budget) {
    this.budget = budget;
    members = new Members(budget);
    filters = new Filters(budget, members);
  }

  Object evaluate(Expression expression, Scope scope) {
    budget.step();
    return switch (expression) {
      case Expression.Literal literal -> literal.value();
      case Expression.Name name -> scope.get(name.name());
      case Expression.Items items -> {
        List<Object> values = all(items.items(), scope);
        yield items.tuple() ? new Tuple(values) : values;
      }
      case Expression.Mapping mapping -> {
        List<Object> keys = all(mapping.keys(), scope);
        List<Object> values = all(mapping.values(), scope);
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keys.size(); i++) {
          map.put(keys.get(i), values.get(i));
        }
        yield map;
      }
      case Expression.Attribute attribute ->
          members.attribute(evaluate(attribute.base(), scope), attribute.name());
      case Expression.Item item ->
          members.item(evaluate(item.base(), scope), evaluate(item.key(), scope));
      case Expression.Slice slice ->
          members.slice(
              evaluate(slice.base(), scope),
              optional(slice.from(), scope),
              optional(slice.to(), scope),
              optional(slice.step(), scope));
      case Expression.Call call -> call(call, scope);
      case Expression.Filter filter ->
          filters.apply(
              filter.name(), evaluate(filter.value(), scope), arguments(filter.arguments(), scope));
      case Expression.Test test -> {
        Object value = evaluate(test.value(), scope);
        CallArguments arguments = arguments(test.arguments(), scope);
        yield Tests.holds(test.name(), value, arguments, budget) != test.negated();
      }
      case Expression.Unary unary ->
          Operators.unary(unary.operator(), evaluate(unary.operand(), scope));
      case Expression.Binary binary -> {
        Object left = evaluate(binary.left(), scope);
        yield Operators.binary(binary.operator(), left, evaluate(binary.right(), scope), budget);
      }
      case Expression.Logical logical -> {
        Object left = evaluate(logical.left(), scope);
        yield PythonValues.truth(left) == logical.and() ? evaluate(logical.right(), scope) : left;
      }
      case Expression.Comparison comparison -> comparison(comparison, scope);
      case Expression.Conditional conditional ->
          PythonValues.truth(evaluate(conditional.condition(), scope))
              ? evaluate(conditional.then(), scope)
              : conditional.otherwise() == null
                  ? new Undefined("the else of an if without one")
                  : evaluate(conditional.otherwise(), scope);
    };
  }

  private Object optional(Expression expression, Scope scope) {
    return expression == null ? null : evaluate(expression, scope);
  }

  private List<Object> all(List<Expression> expressions, Scope scope) {
    List<Object> values = new ArrayList<>();
    expressions.forEach(expression -> values.add(evaluate(expression, scope)));
    return values;
  }

  private CallArguments arguments(Expression.Arguments arguments, Scope scope) {
    if (arguments.positional().isEmpty() && arguments.named().isEmpty()) {
      return CallArguments.NONE;
    }
    Map<String, Object> named = new LinkedHashMap<>();
    arguments.named().forEach((name, value) -> named.put(name, evaluate(value, scope)));
    return new CallArguments(all(arguments.positional(), scope), named);
  }

  private Object call(Expression.Call call, Scope scope) {
    Object callee = evaluate(call.callee(), scope);
    if (callee instanceof Callable function) {
      return function.call(arguments(call.arguments(), scope));
    }
    if (callee instanceof Undefined(String what)) {
      throw new TemplateFailure("calls " + what + ", which is not supported");
    }
    throw new TemplateFailure("calls " + PythonValues.typeName(callee));
  }

  private boolean comparison(Expression.Comparison comparison, Scope scope) {
    Object left = evaluate(comparison.first(), scope);
    for (int i = 0; i < comparison.operators().size(); i++) {
      Object right = evaluate(comparison.others().get(i), scope);
      if (!Operators.compare(comparison.operators().get(i), left, right, budget)) {
        return false;
      }
      left = right;
    }
    return true;
  }
}
