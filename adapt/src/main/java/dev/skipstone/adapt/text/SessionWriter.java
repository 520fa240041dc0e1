package dev.skipstone.adapt.text;

import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.Generation;
import dev.skipstone.runtime.GenerationOptions;
import dev.skipstone.runtime.Session;
import dev.skipstone.runtime.draft.DraftMethod;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Writes one task after another, in a session: on backends that don't run batches. */
final class SessionWriter implements AnswerWriter {
  private final Session session;

  SessionWriter(Engine engine) {
    session = engine.openSession();
  }

  @Override
  public void write(List<WritingTask> tasks, Sink sink, BooleanSupplier cancelled)
      throws IOException {
    for (int i = 0; i < tasks.size() && !cancelled.getAsBoolean(); i++) {
      WritingTask task = tasks.get(i);
      GenerationOptions options =
          new GenerationOptions(task.maxTokens(), task.sampling(), List.of(), DraftMethod.none());
      try (Generation generation = session.generate(task.prompt(), options)) {
        while (generation.hasNext() && !cancelled.getAsBoolean()) {
          generation.next();
        }
        if (!generation.hasNext()) {
          sink.take(i, generation.tokens());
        }
      }
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
