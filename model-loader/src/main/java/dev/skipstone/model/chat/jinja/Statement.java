package dev.skipstone.model.chat.jinja;

import java.util.List;

/** A part of a template. */
sealed interface Statement {
  /** Where it is in the template, from 1. */
  int line();

  /** Text that is written out as it is. */
  record Text(int line, String text) implements Statement {}

  /** {@code {{ value }}}. */
  record Output(int line, Expression value) implements Statement {}

  /** A condition and what is done where it holds. */
  record Branch(Expression condition, List<Statement> body) {}

  /** {@code if}, {@code elif}, {@code else}. */
  record If(int line, List<Branch> branches, List<Statement> otherwise) implements Statement {}

  /**
   * {@code for}.
   *
   * @param condition which items are gone through; null for all
   * @param otherwise what is done where there are none
   */
  record For(
      int line,
      List<String> targets,
      Expression items,
      Expression condition,
      List<Statement> body,
      List<Statement> otherwise)
      implements Statement {}

  /** {@code set} of variables. */
  record Assign(int line, List<String> targets, Expression value) implements Statement {}

  /** {@code set} of a namespace's member. */
  record AssignMember(int line, String namespace, String member, Expression value)
      implements Statement {}

  /**
   * {@code set} of a variable to the text of a block.
   *
   * @param value what becomes of the text, which is the variable {@link #TEXT} in it
   */
  record Capture(int line, String target, Expression value, List<Statement> body)
      implements Statement {
    /** No template can name this variable. */
    static final String TEXT = " text";
  }

  /** A macro's parameter; without a default the value is undefined. */
  record Parameter(String name, Expression missing) {}

  /** {@code macro}. */
  record Macro(int line, String name, List<Parameter> parameters, List<Statement> body)
      implements Statement {}

  /** Statements with variables of their own. */
  record Scoped(int line, List<String> names, List<Expression> values, List<Statement> body)
      implements Statement {}

  /** {@code break} or {@code continue}. */
  record Jump(int line, boolean leaves) implements Statement {}
}
