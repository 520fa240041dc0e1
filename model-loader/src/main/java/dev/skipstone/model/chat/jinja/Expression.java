package dev.skipstone.model.chat.jinja;

import java.util.List;
import java.util.Map;

/** An expression of a template. */
sealed interface Expression {
  /** A string, a number, true, false or none. */
  record Literal(Object value) implements Expression {}

  /** A variable. */
  record Name(String name) implements Expression {}

  /** A list or a tuple. */
  record Items(List<Expression> items, boolean tuple) implements Expression {}

  /** A mapping; keys and values in the same order. */
  record Mapping(List<Expression> keys, List<Expression> values) implements Expression {}

  /** {@code base.name}. */
  record Attribute(Expression base, String name) implements Expression {}

  /** {@code base[key]}. */
  record Item(Expression base, Expression key) implements Expression {}

  /** {@code base[from:to:step]}; what is left out is none. */
  record Slice(Expression base, Expression from, Expression to, Expression step)
      implements Expression {}

  /** {@code callee(arguments)}. */
  record Call(Expression callee, Arguments arguments) implements Expression {}

  /** {@code value | name(arguments)}. */
  record Filter(Expression value, String name, Arguments arguments) implements Expression {}

  /** {@code value is name(arguments)}. */
  record Test(Expression value, String name, Arguments arguments, boolean negated)
      implements Expression {}

  /** {@code not}, or a sign. */
  record Unary(String operator, Expression operand) implements Expression {}

  /** Arithmetic, and {@code ~}. */
  record Binary(String operator, Expression left, Expression right) implements Expression {}

  /** {@code and}, {@code or}: the value of the side that decides. */
  record Logical(boolean and, Expression left, Expression right) implements Expression {}

  /** {@code first < second <= third}: every neighbouring pair. */
  record Comparison(Expression first, List<String> operators, List<Expression> others)
      implements Expression {}

  /** {@code then if condition else otherwise}. */
  record Conditional(Expression condition, Expression then, Expression otherwise)
      implements Expression {}

  /** What is handed to a function. */
  record Arguments(List<Expression> positional, Map<String, Expression> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());
  }
}
