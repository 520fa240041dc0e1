package dev.skipstone.model.chat;

import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.util.ForLoop;
import java.beans.FeatureDescriptor;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;

/**
 * What a template may read and call: items of maps and lists, the loop, Python's string methods.
 */
final class SandboxResolver extends ELResolver {
  private static final Map<String, Function<ForLoop, Object>> LOOP =
      Map.of(
          "depth", ForLoop::getDepth,
          "depth0", ForLoop::getDepth0,
          "first", ForLoop::isFirst,
          "index", ForLoop::getIndex,
          "index0", ForLoop::getIndex0,
          "last", ForLoop::isLast,
          "length", ForLoop::getLength,
          "revindex", ForLoop::getRevindex,
          "revindex0", ForLoop::getRevindex0);

  /** Only for the library's own filters and tests, which it calls through its resolver. */
  private final ELResolver library = JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY;

  @Override
  public Object getValue(ELContext context, Object base, Object property) {
    context.setPropertyResolved(true);
    return switch (base) {
      case null -> null;
      case Map<?, ?> map -> map.get(property);
      case List<?> list -> item(list, property);
      case String text -> character(text, property);
      case ForLoop loop -> loop(loop, String.valueOf(property));
      // The library looks for a property before it calls the method.
      case Filter filter -> null;
      case ExpTest test -> null;
      default ->
          throw new TemplateFailure("reads \"" + property + "\" of a value that has no such thing");
    };
  }

  @Override
  public Object invoke(
      ELContext context, Object base, Object method, Class<?>[] types, Object[] arguments) {
    if (base instanceof Filter || base instanceof ExpTest) {
      return library.invoke(context, base, method, types, arguments);
    }
    context.setPropertyResolved(true);
    String name = String.valueOf(method);
    Object[] values = arguments == null ? new Object[0] : arguments;
    return switch (base) {
      case String text -> PythonStrings.call(text, name, values);
      case Map<?, ?> map -> call(map, name, values);
      case null, default ->
          throw new TemplateFailure("calls " + name + "(), which is not supported");
    };
  }

  private static Object call(Map<?, ?> map, String name, Object[] arguments) {
    if (name.equals("get") && (arguments.length == 1 || arguments.length == 2)) {
      Object value = map.get(arguments[0]);
      return value == null && arguments.length == 2 ? arguments[1] : value;
    }
    return switch (arguments.length == 0 ? name : "") {
      case "items" -> map.entrySet();
      case "keys" -> map.keySet();
      case "values" -> map.values();
      default ->
          throw new TemplateFailure("calls " + name + "() of a mapping, which is not supported");
    };
  }

  private static Object item(List<?> list, Object property) {
    int at = index(property, list.size());
    return at < 0 ? null : list.get(at);
  }

  private static Object character(String text, Object property) {
    int at = index(property, text.codePointCount(0, text.length()));
    return at < 0 ? null : Character.toString(text.codePointAt(text.offsetByCodePoints(0, at)));
  }

  /** A number, which the library may have made a string of, as an index; -1 if it is none. */
  private static int index(Object property, int size) {
    String number = String.valueOf(property);
    if (!number.matches("-?[0-9]{1,9}")) {
      return -1;
    }
    int index = Integer.parseInt(number);
    int at = index < 0 ? index + size : index;
    return at < size ? at : -1;
  }

  private static Object loop(ForLoop loop, String property) {
    Function<ForLoop, Object> value = LOOP.get(property);
    if (value == null) {
      throw new TemplateFailure("reads loop." + property + ", which is not supported");
    }
    return value.apply(loop);
  }

  @Override
  public void setValue(ELContext context, Object base, Object property, Object value) {
    throw new TemplateFailure("changes \"" + property + "\", which is not allowed");
  }

  @Override
  public boolean isReadOnly(ELContext context, Object base, Object property) {
    return true;
  }

  @Override
  public Class<?> getType(ELContext context, Object base, Object property) {
    return Object.class;
  }

  @Override
  public Class<?> getCommonPropertyType(ELContext context, Object base) {
    return Object.class;
  }

  @Override
  public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
    return Collections.emptyIterator();
  }
}
