package dev.skipstone.model.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Parses templates; every method throws {@link TemplateFailure} for what is wrong. */
final class TemplateParser {
  private static final int DEEPEST = 50;
  private static final Set<String> TAGS =
      Set.of(
          "if",
          "elif",
          "else",
          "endif",
          "for",
          "endfor",
          "set",
          "endset",
          "macro",
          "endmacro",
          "break",
          "continue",
          "with",
          "endwith",
          "generation",
          "endgeneration");

  private final List<TemplateSource.Part> parts;
  private int at;
  private int depth;
  private int loops;

  private TemplateParser(List<TemplateSource.Part> parts) {
    this.parts = parts;
  }

  static List<Statement> parse(String template) {
    TemplateParser parser = new TemplateParser(TemplateSource.parse(template));
    return parser.statements(Set.of());
  }

  /** Statements up to a tag that ends them, which is left to be read. */
  private List<Statement> statements(Set<String> ends) {
    if (++depth > DEEPEST) {
      throw new TemplateFailure("is nested too deeply");
    }
    List<Statement> statements = new ArrayList<>();
    while (at < parts.size() && !ends.contains(tag())) {
      TemplateSource.Part part = parts.get(at);
      try {
        statements.add(statement(part, ends));
      } catch (TemplateFailure e) {
        throw e.at(part.line());
      }
    }
    if (at == parts.size() && !ends.isEmpty()) {
      throw new TemplateFailure("ends before " + String.join(" or ", new TreeSet<>(ends)));
    }
    depth--;
    return statements;
  }

  /** The name of the tag that comes next, or an empty text. */
  private String tag() {
    TemplateSource.Part part = parts.get(at);
    if (part.kind() != TemplateSource.Kind.BLOCK) {
      return "";
    }
    int end = 0;
    while (end < part.text().length() && Character.isLetter(part.text().charAt(end))) {
      end++;
    }
    return part.text().substring(0, end);
  }

  private Statement statement(TemplateSource.Part part, Set<String> ends) {
    int line = part.line();
    return switch (part.kind()) {
      case TEXT -> {
        at++;
        yield new Statement.Text(line, part.text());
      }
      case VARIABLE -> {
        at++;
        ExpressionParser parser = new ExpressionParser(part.text());
        Expression value = parser.tupleOrExpression();
        parser.expectEnd();
        yield new Statement.Output(line, value);
      }
      case BLOCK -> block(line, ends);
    };
  }

  private Statement block(int line, Set<String> ends) {
    String tag = tag();
    if (!TAGS.contains(tag)) {
      throw new TemplateFailure(
          "uses the tag \""
              + tag
              + "\", which is not supported; supported: "
              + String.join(", ", new TreeSet<>(TAGS)));
    }
    ExpressionParser parser = open();
    return switch (tag) {
      case "if" -> condition(line, parser);
      case "for" -> loop(line, parser);
      case "set" -> assignment(line, parser);
      case "macro" -> macro(line, parser);
      case "with" -> with(line, parser);
      case "generation" -> {
        parser.expectEnd();
        List<Statement> body = statements(Set.of("endgeneration"));
        close();
        yield new Statement.Scoped(line, List.of(), List.of(), body);
      }
      case "break", "continue" -> {
        parser.expectEnd();
        if (loops == 0) {
          throw new TemplateFailure("has a " + tag + " outside a loop");
        }
        yield new Statement.Jump(line, tag.equals("break"));
      }
      default ->
          throw new TemplateFailure(
              "has "
                  + tag
                  + " where "
                  + (ends.isEmpty() ? "nothing is open" : "something else is open"));
    };
  }

  /** Goes beyond the next tag; what stands behind its name is left to be read. */
  private ExpressionParser open() {
    ExpressionParser parser = new ExpressionParser(parts.get(at++).text());
    parser.name();
    return parser;
  }

  private void close() {
    open().expectEnd();
  }

  private Statement condition(int line, ExpressionParser first) {
    List<Statement.Branch> branches = new ArrayList<>();
    List<Statement> otherwise = List.of();
    ExpressionParser parser = first;
    Set<String> ends = Set.of("elif", "else", "endif");
    while (true) {
      Expression condition = parser.tupleOrExpression();
      parser.expectEnd();
      branches.add(new Statement.Branch(condition, statements(ends)));
      if (!tag().equals("elif")) {
        break;
      }
      parser = open();
    }
    if (tag().equals("else")) {
      close();
      otherwise = statements(Set.of("endif"));
    }
    close();
    return new Statement.If(line, branches, otherwise);
  }

  private Statement loop(int line, ExpressionParser parser) {
    List<String> targets = parser.names();
    parser.expectName("in");
    Expression items = parser.withoutCondition();
    Expression condition = parser.takeName("if") ? parser.expression() : null;
    parser.expectEnd();
    loops++;
    List<Statement> body = statements(Set.of("else", "endfor"));
    loops--;
    List<Statement> otherwise = List.of();
    if (tag().equals("else")) {
      close();
      otherwise = statements(Set.of("endfor"));
    }
    close();
    return new Statement.For(line, targets, items, condition, body, otherwise);
  }

  private Statement assignment(int line, ExpressionParser parser) {
    List<String> targets = parser.names();
    if (targets.size() == 1 && parser.takeOperator(".")) {
      String member = parser.name();
      parser.expectOperator("=");
      Expression value = parser.tupleOrExpression();
      parser.expectEnd();
      return new Statement.AssignMember(line, targets.getFirst(), member, value);
    }
    if (parser.takeOperator("=")) {
      Expression value = parser.tupleOrExpression();
      parser.expectEnd();
      return new Statement.Assign(line, targets, value);
    }
    Expression value = new Expression.Name(Statement.Capture.TEXT);
    while (parser.takeOperator("|")) {
      value = parser.filter(value);
    }
    parser.expectEnd();
    if (targets.size() != 1) {
      throw new TemplateFailure("sets several variables to a block");
    }
    List<Statement> body = statements(Set.of("endset"));
    close();
    return new Statement.Capture(line, targets.getFirst(), value, body);
  }

  private Statement macro(int line, ExpressionParser parser) {
    String name = parser.name();
    List<Statement.Parameter> parameters = new ArrayList<>();
    parser.expectOperator("(");
    while (!parser.takeOperator(")")) {
      String parameter = parser.name();
      Expression missing = parser.takeOperator("=") ? parser.expression() : null;
      parameters.add(new Statement.Parameter(parameter, missing));
      if (!parser.peekOperator(")")) {
        parser.expectOperator(",");
      }
    }
    parser.expectEnd();
    int outside = loops;
    loops = 0;
    List<Statement> body = statements(Set.of("endmacro"));
    loops = outside;
    TemplateSource.Part end = parts.get(at);
    ExpressionParser closing = open();
    if (!closing.atEnd() && !closing.name().equals(name)) {
      throw new TemplateFailure("closes another macro").at(end.line());
    }
    return new Statement.Macro(line, name, parameters, body);
  }

  private Statement with(int line, ExpressionParser parser) {
    List<String> names = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!parser.atEnd()) {
      names.add(parser.name());
      parser.expectOperator("=");
      values.add(parser.expression());
      if (!parser.atEnd()) {
        parser.expectOperator(",");
      }
    }
    List<Statement> body = statements(Set.of("endwith"));
    close();
    return new Statement.Scoped(line, names, values, body);
  }
}
