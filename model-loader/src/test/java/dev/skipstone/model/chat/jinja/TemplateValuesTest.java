package dev.skipstone.model.chat.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class TemplateValuesTest {
  @Test
  void stringMethodsAreThoseOfPython() {
    assertThat(call(" \u00a0\u0085a \n", "strip")).isEqualTo("a");
    assertThat(call(" a ", "lstrip")).isEqualTo("a ");
    assertThat(call(" a ", "rstrip")).isEqualTo(" a");
    assertThat(call("xyaxx", "strip", "xy")).isEqualTo("a");
    assertThat(call("xyaxx", "lstrip", "xy")).isEqualTo("axx");
    assertThat(call("xyaxx", "rstrip", "xy")).isEqualTo("xya");
    assertThat(call("aB", "upper")).isEqualTo("AB");
    assertThat(call("aB", "lower")).isEqualTo("ab");
    assertThat(call("aB", "capitalize")).isEqualTo("Ab");
    assertThat(call("", "capitalize")).isEqualTo("");
    assertThat(call("abc", "startswith", "ab")).isEqualTo(true);
    assertThat(call("abc", "endswith", "ab")).isEqualTo(false);
    assertThat(call("abc", "find", "c")).isEqualTo(2L);
    assertThat(call("aXaX", "count", "X")).isEqualTo(2L);
    assertThat(call("a😀", "count", "")).isEqualTo(3L);
    assertThat(call("a,b,c", "split", ",")).isEqualTo(List.of("a", "b", "c"));
    assertThat(call("a,b,c", "split", ",", 1L)).isEqualTo(List.of("a", "b,c"));
    assertThat(call(" a  b\n", "split")).isEqualTo(List.of("a", "b"));
    assertThat(call("a\nb", "splitlines")).isEqualTo(List.of("a", "b"));
    assertThat(call("aa", "replace", "a", "b")).isEqualTo("bb");
  }

  @Test
  void otherStringMethodsAreRefused() {
    assertUnsupported("join", "a", "b");
    assertUnsupported("getBytes");
    assertUnsupported("matches", "a");
    assertUnsupported("concat", "a", "b");
    assertUnsupported("find", "a", 2L);
    assertThatThrownBy(() -> call("a", "split", "")).isInstanceOf(TemplateFailure.class);
  }

  @Test
  void datesAreThoseOfC() {
    LocalDateTime time = LocalDateTime.of(2024, 7, 3, 15, 4, 5);
    assertThat(TemplateFunctions.strftime(time, "%d %b %Y, %A %a %B %m %y %H:%M:%S %I %p %j %%"))
        .isEqualTo("03 Jul 2024, Wednesday Wed July 07 24 15:04:05 03 PM 185 %");
    assertThatThrownBy(() -> TemplateFunctions.strftime(time, "%"))
        .isInstanceOf(TemplateFailure.class);
  }

  private static Object call(String text, String method, Object... arguments) {
    return PythonStrings.call(text, method, CallArguments.of(arguments));
  }

  private static void assertUnsupported(String method, Object... arguments) {
    assertThatThrownBy(() -> call("a", method, arguments))
        .isInstanceOf(TemplateFailure.class)
        .hasMessageContaining("calls " + method + "()");
  }
}
