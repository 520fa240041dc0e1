package dev.skipstone.model.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Parses expressions; every method throws {@link TemplateFailure} for what is wrong. */
final class ExpressionParser {
  private static final int DEEPEST = 100;
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> AFTER_TESTS =
      Set.of("else", "or", "and", "is", "if", "not", "in");

  private final List<Token> tokens;
  private int at;
  private int depth;

  ExpressionParser(String text) {
    tokens = Token.read(text);
  }

  /** An expression, or several divided by commas, which are a tuple. */
  Expression tupleOrExpression() {
    return tuple(this::expression);
  }

  Expression expression() {
    if (++depth > DEEPEST) {
      throw new TemplateFailure("is nested too deeply");
    }
    Expression value = or();
    while (takeName("if")) {
      Expression condition = or();
      Expression otherwise = takeName("else") ? expression() : null;
      value = new Expression.Conditional(condition, value, otherwise);
    }
    depth--;
    return value;
  }

  /** As {@link #tupleOrExpression}, but an {@code if} does not belong to it. */
  Expression withoutCondition() {
    return tuple(this::or);
  }

  private Expression tuple(Supplier<Expression> item) {
    Expression first = item.get();
    if (!peekOperator(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (takeOperator(",") && !atEnd()) {
      items.add(item.get());
    }
    return new Expression.Items(items, true);
  }

  private Expression or() {
    Expression left = and();
    while (takeName("or")) {
      left = new Expression.Logical(false, left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (takeName("and")) {
      left = new Expression.Logical(true, left, not());
    }
    return left;
  }

  private Expression not() {
    int negations = 0;
    while (takeName("not")) {
      negations++;
    }
    Expression value = comparison();
    // Only whether a value is true counts, so that pairs make a truth value of it.
    for (int i = 0; i < Math.min(negations, 2 - negations % 2); i++) {
      value = new Expression.Unary("not", value);
    }
    return value;
  }

  private Expression comparison() {
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    while (true) {
      Token token = peek();
      if (token.kind() == Token.Kind.OPERATOR && COMPARISONS.contains((String) token.value())) {
        at++;
        operators.add((String) token.value());
      } else if (takeName("in")) {
        operators.add("in");
      } else if (peekName("not") && tokens.get(at + 1).is(Token.Kind.NAME, "in")) {
        at += 2;
        operators.add("not in");
      } else {
        break;
      }
      others.add(sum());
    }
    return others.isEmpty() ? first : new Expression.Comparison(first, operators, others);
  }

  private Expression sum() {
    return operations(this::joined, Set.of("+", "-"));
  }

  private Expression joined() {
    return operations(this::product, Set.of("~"));
  }

  private Expression product() {
    return operations(this::power, Set.of("*", "/", "//", "%"));
  }

  private Expression power() {
    return operations(() -> unary(true), Set.of("**"));
  }

  /** Operations that are done from left to right. */
  private Expression operations(Supplier<Expression> operand, Set<String> operators) {
    Expression left = operand.get();
    while (peek().kind() == Token.Kind.OPERATOR && operators.contains((String) peek().value())) {
      left = new Expression.Binary((String) next().value(), left, operand.get());
    }
    return left;
  }

  private Expression unary(boolean filters) {
    if (++depth > DEEPEST) {
      throw new TemplateFailure("is nested too deeply");
    }
    Expression value;
    if (peekOperator("-") || peekOperator("+")) {
      value = new Expression.Unary((String) next().value(), unary(false));
    } else {
      value = postfix(primary());
    }
    depth--;
    return filters ? filtered(value) : value;
  }

  private Expression primary() {
    Token token = next();
    return switch (token.kind()) {
      case NUMBER -> new Expression.Literal(token.value());
      case STRING -> {
        StringBuilder text = new StringBuilder((String) token.value());
        while (peek().kind() == Token.Kind.STRING) {
          text.append((String) next().value());
        }
        yield new Expression.Literal(text.toString());
      }
      case NAME -> name((String) token.value());
      case OPERATOR ->
          switch ((String) token.value()) {
            case "(" -> parenthesis();
            case "[" -> new Expression.Items(items("]"), false);
            case "{" -> mapping();
            default -> throw unexpected(token);
          };
      case END -> throw unexpected(token);
    };
  }

  private static Expression name(String name) {
    return switch (name) {
      case "true", "True" -> new Expression.Literal(true);
      case "false", "False" -> new Expression.Literal(false);
      case "none", "None" -> new Expression.Literal(null);
      default -> new Expression.Name(name);
    };
  }

  private Expression parenthesis() {
    if (takeOperator(")")) {
      return new Expression.Items(List.of(), true);
    }
    Expression first = expression();
    if (takeOperator(")")) {
      return first;
    }
    expectOperator(",");
    List<Expression> items = new ArrayList<>(List.of(first));
    items.addAll(items(")"));
    return new Expression.Items(items, true);
  }

  private List<Expression> items(String end) {
    List<Expression> items = new ArrayList<>();
    while (!takeOperator(end)) {
      items.add(expression());
      if (!peekOperator(end)) {
        expectOperator(",");
      }
    }
    return items;
  }

  private Expression mapping() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!takeOperator("}")) {
      keys.add(expression());
      expectOperator(":");
      values.add(expression());
      if (!peekOperator("}")) {
        expectOperator(",");
      }
    }
    return new Expression.Mapping(keys, values);
  }

  private Expression postfix(Expression base) {
    Expression value = base;
    while (true) {
      if (takeOperator(".")) {
        Token member = next();
        value =
            switch (member.kind()) {
              case NAME -> new Expression.Attribute(value, (String) member.value());
              case NUMBER -> new Expression.Item(value, new Expression.Literal(member.value()));
              default -> throw unexpected(member);
            };
      } else if (takeOperator("[")) {
        value = subscript(value);
      } else if (peekOperator("(")) {
        value = new Expression.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  private Expression subscript(Expression base) {
    Expression from = peekOperator(":") ? null : expression();
    if (takeOperator("]")) {
      return new Expression.Item(base, from);
    }
    expectOperator(":");
    Expression to = peekOperator(":") || peekOperator("]") ? null : expression();
    Expression step = takeOperator(":") && !peekOperator("]") ? expression() : null;
    expectOperator("]");
    return new Expression.Slice(base, from, to, step);
  }

  private Expression filtered(Expression base) {
    Expression value = base;
    while (true) {
      if (takeOperator("|")) {
        value = filter(value);
      } else if (takeName("is")) {
        value = test(value);
      } else if (peekOperator("(")) {
        value = new Expression.Call(value, arguments());
      } else {
        return value;
      }
    }
  }

  /** A filter behind its {@code |}. */
  Expression filter(Expression value) {
    String name = name();
    Filters.check(name);
    return new Expression.Filter(
        value, name, peekOperator("(") ? arguments() : Expression.Arguments.NONE);
  }

  private Expression test(Expression value) {
    boolean negated = takeName("not");
    Token token = next();
    if (token.kind() != Token.Kind.NAME) {
      throw unexpected(token);
    }
    String name = (String) token.value();
    Tests.check(name);
    Expression.Arguments arguments = Expression.Arguments.NONE;
    Token following = peek();
    if (peekOperator("(")) {
      arguments = arguments();
    } else if (following.kind() == Token.Kind.STRING
        || following.kind() == Token.Kind.NUMBER
        || peekOperator("[")
        || peekOperator("{")
        || (following.kind() == Token.Kind.NAME && !AFTER_TESTS.contains(following.value()))) {
      arguments = new Expression.Arguments(List.of(postfix(primary())), Map.of());
    }
    return new Expression.Test(value, name, arguments, negated);
  }

  private Expression.Arguments arguments() {
    expectOperator("(");
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!takeOperator(")")) {
      Token token = peek();
      if (token.kind() == Token.Kind.NAME && tokens.get(at + 1).is(Token.Kind.OPERATOR, "=")) {
        at += 2;
        named.put((String) token.value(), expression());
      } else if (named.isEmpty()) {
        positional.add(expression());
      } else {
        throw unexpected(token);
      }
      if (!peekOperator(")")) {
        expectOperator(",");
      }
    }
    return new Expression.Arguments(positional, named);
  }

  /** Names divided by commas, in brackets or not. */
  List<String> names() {
    boolean bracket = takeOperator("(");
    List<String> names = new ArrayList<>(List.of(name()));
    while (takeOperator(",")) {
      names.add(name());
    }
    if (bracket) {
      expectOperator(")");
    }
    return names;
  }

  String name() {
    Token token = next();
    if (token.kind() != Token.Kind.NAME) {
      throw unexpected(token);
    }
    return (String) token.value();
  }

  boolean atEnd() {
    return peek().kind() == Token.Kind.END;
  }

  void expectEnd() {
    if (!atEnd()) {
      throw unexpected(peek());
    }
  }

  boolean takeName(String name) {
    boolean there = peekName(name);
    at += there ? 1 : 0;
    return there;
  }

  boolean takeOperator(String operator) {
    boolean there = peekOperator(operator);
    at += there ? 1 : 0;
    return there;
  }

  void expectOperator(String operator) {
    if (!takeOperator(operator)) {
      throw new TemplateFailure("has " + peek() + " where \"" + operator + "\" should be");
    }
  }

  void expectName(String name) {
    if (!takeName(name)) {
      throw new TemplateFailure("has " + peek() + " where \"" + name + "\" should be");
    }
  }

  boolean peekOperator(String operator) {
    return peek().is(Token.Kind.OPERATOR, operator);
  }

  private boolean peekName(String name) {
    return peek().is(Token.Kind.NAME, name);
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token next() {
    Token token = tokens.get(at);
    at += token.kind() == Token.Kind.END ? 0 : 1;
    return token;
  }

  private static TemplateFailure unexpected(Token token) {
    return new TemplateFailure("has " + token + " where it is not expected");
  }
}
