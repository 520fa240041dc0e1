package dev.skipstone.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.skipstone.runtime.pass.Backend;
import dev.skipstone.runtime.pass.Device;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code skipstone devices}. */
@Command(
    name = "devices",
    description = "Lists backends and devices that work here, and for those that don't, why.",
    footerHeading = "%nExample:%n",
    footer = "  skipstone devices --format json")
final class DevicesCommand implements Callable<Integer> {
  @ParentCommand private Skipstone skipstone;
  @Mixin private FormatOption format;

  @Override
  public Integer call() throws IOException {
    boolean json = format.json();
    List<Device> devices =
        Backend.all().stream().flatMap(backend -> backend.devices().stream()).toList();
    Writer out = skipstone.streams().out();
    if (json) {
      JsonOutput.line(out, generator -> write(generator, devices));
    } else {
      print(out, devices);
    }
    return Skipstone.DONE;
  }

  static void write(JsonGenerator json, List<Device> devices) throws IOException {
    json.writeStartArray();
    for (Device device : devices) {
      json.writeStartObject();
      json.writeStringField("backend", device.backend());
      json.writeNumberField("index", device.index());
      json.writeStringField("name", device.name());
      json.writeNumberField("memory", device.memory());
      json.writeFieldName("features");
      JsonOutput.value(json, device.features());
      json.writeBooleanField("works", device.works());
      if (!device.works()) {
        json.writeStringField("problem", device.problem());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  static void print(Writer out, List<Device> devices) throws IOException {
    for (Device device : devices) {
      out.write(device.backend() + ":" + device.index() + "  " + device.name() + "\n");
      out.write("  memory    " + Figures.bytes(device.memory()) + "\n");
      out.write("  features  " + String.join(", ", device.features()) + "\n");
      out.write("  " + (device.works() ? "works" : "does not work: " + device.problem()) + "\n");
    }
  }
}
