package dev.skipstone.model.chat;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.lib.tag.Tag;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The Jinja library, shut in: templates come from model files, so they get only the tags, filters,
 * functions and methods that chat templates need, none of Java's, and bounds on work and output.
 */
final class JinjaSandbox {
  private static final int MOST_OUTPUT = 64 << 20;
  private static final int MOST_ITEMS = 1 << 20;
  private static final int MOST_STEPS = 5_000_000;

  private static final Jinjava JINJAVA =
      new Jinjava(
          JinjavaConfig.newBuilder().withInterperterFactory(new PythonWriter.Factory()).build());
  private static final Map<Context.Library, Set<String>> DISABLED;

  static {
    JINJAVA.registerFunction(
        new ELFunctionDefinition(
            "", "raise_exception", TemplateFunctions.class, "raiseException", Object.class));
    JINJAVA.registerFunction(
        new ELFunctionDefinition(
            "", "strftime_now", TemplateFunctions.class, "strftimeNow", String.class));
    // The library's own range is silently cut off where it is long.
    JINJAVA.registerFunction(
        new ELFunctionDefinition(
            "", "range", TemplateFunctions.class, "range", Object.class, Object[].class));
    Context library = JINJAVA.getGlobalContext();
    DISABLED =
        Map.of(
            Context.Library.TAG, others(library.getAllTags(), Tag::getName, TemplateCheck.TAGS),
            Context.Library.FILTER,
                others(library.getAllFilters(), Filter::getName, TemplateCheck.FILTERS));
  }

  private JinjaSandbox() {}

  /**
   * @throws TemplateFailure for anything that is wrong with the template
   */
  static String render(String template, Map<String, Object> variables) {
    List<TemplateSource.Part> parts = TemplateSource.parse(template);
    TemplateCheck.check(parts);
    RenderResult result;
    try {
      result = JINJAVA.renderForResult(TemplateSource.join(parts), variables, config());
    } catch (TemplateFailure e) {
      throw e;
    } catch (RuntimeException e) {
      throw new TemplateFailure("can't be rendered (" + e.getMessage() + ")", e);
    } catch (StackOverflowError e) {
      throw new TemplateFailure("can't be rendered: it is nested too deeply", e);
    }
    for (TemplateError error : result.getErrors()) {
      throw failure(error);
    }
    return result.getOutput();
  }

  private static JinjavaConfig config() {
    return JinjavaConfig.newBuilder()
        // Templates would otherwise run what a message holds between braces.
        .withNestedInterpretationEnabled(false)
        .withKeepTrailingNewline(true)
        .withElResolver(new SandboxResolver())
        .withProcessors(
            JinjavaProcessors.newBuilder().withNodePreProcessor(new StepLimit(MOST_STEPS)).build())
        .withInterperterFactory(new PythonWriter.Factory())
        .withDisabled(DISABLED)
        .withMaxOutputSize(MOST_OUTPUT)
        .withMaxStringLength(MOST_OUTPUT)
        .withMaxListSize(MOST_ITEMS)
        .withMaxMapSize(MOST_ITEMS)
        .withMaxMacroRecursionDepth(20)
        .withLegacyOverrides(
            LegacyOverrides.newBuilder()
                .withEvaluateMapKeys(true)
                .withIterateOverMapKeys(true)
                .withUsePyishObjectMapper(true)
                .withUseNaturalOperatorPrecedence(true)
                .withParseWhitespaceControlStrictly(true)
                .withAllowAdjacentTextNodes(true)
                .withUseTrimmingForNotesAndExpressions(true)
                .withKeepNullableLoopValues(true)
                .build())
        .build();
  }

  private static <T> Set<String> others(
      Collection<T> all, Function<T, String> name, Set<String> allowed) {
    return all.stream()
        .map(name)
        .filter(n -> !allowed.contains(n))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static TemplateFailure failure(TemplateError error) {
    for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
      if (cause instanceof TemplateFailure failure) {
        return failure;
      }
    }
    return new TemplateFailure(
        "line " + error.getLineno() + " can't be rendered: " + error.getMessage(),
        error.getException());
  }
}
