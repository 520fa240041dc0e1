package dev.skipstone.model.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A template cut into text, blocks and variables, with Jinja's white space rules already carried
 * out (trim_blocks, lstrip_blocks, {@code -} and {@code +} marks, the line end at the end): the
 * library has its own idea of them, which differs for blocks within a line.
 */
final class TemplateSource {
  enum Kind {
    TEXT,
    BLOCK,
    VARIABLE
  }

  /**
   * @param text the text, or what stands between the braces
   * @param line in the template, from 1
   */
  record Part(Kind kind, String text, int line) {}

  private static final Pattern END_OF_RAW = Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%\\}");

  private final String source;
  private final List<Part> parts = new ArrayList<>();

  /** Whether nothing but line ends and removed white space came before on this line. */
  private boolean lineStarts = true;

  private int countedTo;
  private int line = 1;

  private TemplateSource(String source) {
    this.source = source;
  }

  /**
   * @throws TemplateFailure if a brace is not closed
   */
  static List<Part> parse(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    TemplateSource parser = new TemplateSource(source);
    parser.parse();
    return parser.parts;
  }

  private void parse() {
    int at = 0;
    while (at < source.length()) {
      int open = nextOpening(at);
      if (open < 0) {
        add(Kind.TEXT, source.substring(at), at);
        return;
      }
      at = tag(at, open);
    }
  }

  private int nextOpening(int from) {
    for (int i = source.indexOf('{', from); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** Reads the text up to {@code open} and what opens there; returns where the next text starts. */
  private int tag(int from, int open) {
    char kind = source.charAt(open + 1);
    int start = open + 2;
    char mark = start < source.length() ? source.charAt(start) : ' ';
    add(Kind.TEXT, textBefore(source.substring(from, open), kind, mark), from);
    if (mark == '-' || (mark == '+' && kind != '{')) {
      start++;
    }
    int close = closing(kind, start);
    char last = close > start ? source.charAt(close - 1) : ' ';
    boolean marked = last == '-' || (last == '+' && kind != '{');
    String inner = source.substring(start, marked ? close - 1 : close).strip();
    if (kind == '%' && inner.equals("raw")) {
      return raw(afterTag(close + 2, kind, last));
    }
    if (kind != '#') {
      add(kind == '%' ? Kind.BLOCK : Kind.VARIABLE, inner, open);
    }
    return afterTag(close + 2, kind, last);
  }

  /** Writes out all up to {@code endraw} as it is; returns where the next text starts. */
  private int raw(int from) {
    Matcher end = END_OF_RAW.matcher(source);
    if (!end.find(from)) {
      throw new TemplateFailure("line " + line(from) + " opens raw and does not close it");
    }
    String left = end.group(1);
    char mark = left.isEmpty() ? ' ' : left.charAt(0);
    add(Kind.TEXT, textBefore(source.substring(from, end.start()), '%', mark), from);
    return afterTag(end.end(), '%', end.group(2).isEmpty() ? ' ' : end.group(2).charAt(0));
  }

  /**
   * Where text starts again behind a tag.
   *
   * @param last the mark before the closing brace
   */
  private int afterTag(int at, char kind, char last) {
    int end = at;
    if (last == '-') {
      while (end < source.length() && PythonStrings.space(source.charAt(end))) {
        end++;
      }
    } else if (kind != '{' && last != '+' && source.startsWith("\n", end)) {
      end++;
    }
    lineStarts = source.charAt(end - 1) == '\n';
    return end;
  }

  private String textBefore(String text, char kind, char mark) {
    if (mark == '-') {
      int end = text.length();
      while (end > 0 && PythonStrings.space(text.charAt(end - 1))) {
        end--;
      }
      return text.substring(0, end);
    }
    int lineStart = text.lastIndexOf('\n') + 1;
    boolean strip = kind != '{' && mark != '+' && (lineStart > 0 || lineStarts);
    for (int i = lineStart; strip && i < text.length(); i++) {
      strip = text.charAt(i) == ' ' || text.charAt(i) == '\t';
    }
    return strip ? text.substring(0, lineStart) : text;
  }

  /** Where the brace that closes a block, variable or comment is; strings are skipped. */
  private int closing(char kind, int from) {
    String end = kind == '{' ? "}}" : kind + "}";
    int depth = 0;
    for (int i = from; i < source.length(); i++) {
      char c = source.charAt(i);
      if (depth == 0 && source.startsWith(end, i)) {
        return i;
      }
      if (kind == '#') {
        continue;
      }
      if (c == '\'' || c == '"') {
        i = stringEnd(source, i);
      } else if (c == '{') {
        depth++;
      } else if (c == '}' && depth > 0) {
        depth--;
      }
    }
    throw new TemplateFailure("line " + line(from) + " opens {" + kind + " and does not close it");
  }

  /** The closing quote of the string that starts at {@code at}, or the text's end. */
  static int stringEnd(String text, int at) {
    int i = at + 1;
    while (i < text.length() && text.charAt(i) != text.charAt(at)) {
      i += text.charAt(i) == '\\' ? 2 : 1;
    }
    return i;
  }

  private void add(Kind kind, String text, int at) {
    if (kind != Kind.TEXT || !text.isEmpty()) {
      parts.add(new Part(kind, text, line(at)));
    }
  }

  /** Places are asked for in their order, so that the line ends are counted once. */
  private int line(int at) {
    if (at < countedTo) {
      countedTo = 0;
      line = 1;
    }
    for (; countedTo < at; countedTo++) {
      line += source.charAt(countedTo) == '\n' ? 1 : 0;
    }
    return line;
  }
}
