package dev.skipstone.model.chat;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.InterpreterFactory;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import java.util.Collection;
import java.util.Map;

/** Writes values out as Python does: True and False. */
final class PythonWriter extends JinjavaInterpreter {
  /** Makes these interpreters, for the library's settings. */
  static final class Factory implements InterpreterFactory {
    @Override
    public JinjavaInterpreter newInstance(JinjavaInterpreter original) {
      return new PythonWriter(original);
    }

    @Override
    public JinjavaInterpreter newInstance(
        Jinjava application, Context context, JinjavaConfig config) {
      return new PythonWriter(application, context, config);
    }
  }

  private PythonWriter(JinjavaInterpreter original) {
    super(original);
  }

  private PythonWriter(Jinjava application, Context context, JinjavaConfig config) {
    super(application, context, config);
  }

  @Override
  public String getAsString(Object value) {
    return switch (value) {
      case Boolean truth -> truth ? "True" : "False";
      case Collection<?> list ->
          throw new TemplateFailure("writes out a list, which is not supported");
      case Map<?, ?> map ->
          throw new TemplateFailure("writes out a mapping, which is not supported");
      case null, default -> super.getAsString(value);
    };
  }
}
