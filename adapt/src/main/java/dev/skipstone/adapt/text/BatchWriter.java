package dev.skipstone.adapt.text;

import dev.skipstone.runtime.Engine;
import dev.skipstone.runtime.pass.BatchRunner;
import dev.skipstone.runtime.pass.BatchRunner.Part;
import dev.skipstone.runtime.pass.KvCache;
import dev.skipstone.runtime.pass.LayerPath;
import dev.skipstone.runtime.pass.Logits;
import dev.skipstone.runtime.pass.Pass;
import dev.skipstone.runtime.pass.TokenChooser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Writes several tasks at once: each pass has a row of every answer under way and, where there is
 * room, a piece of the next prompts. As soon as one is finished, its place goes to the next task.
 */
final class BatchWriter implements AnswerWriter {
  private static final int[] NONE = {};

  private final BatchRunner runner;
  private final LayerPath full;
  private final int vocabulary;
  private final Set<Integer> endTokens;
  private final List<Place> places;

  /**
   * @param runner closed with this
   */
  BatchWriter(Engine engine, BatchRunner runner) {
    this.runner = runner;
    full = LayerPath.full(engine.model().hyperParameters().layers());
    vocabulary = engine.model().hyperParameters().vocabulary();
    endTokens = engine.model().tokenizer().endTokens();
    places = IntStream.range(0, runner.sequences()).mapToObj(Place::new).toList();
  }

  @Override
  public void write(List<WritingTask> tasks, Sink sink, BooleanSupplier cancelled)
      throws IOException {
    places.forEach(Place::leave);
    int next = 0;
    List<Place> inPass = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    while (!cancelled.getAsBoolean()) {
      for (Place place : places) {
        if (place.isFree() && next < tasks.size()) {
          place.begin(next, tasks.get(next));
          next++;
        }
      }
      inPass.clear();
      parts.clear();
      fill(inPass, parts);
      if (parts.isEmpty()) {
        return;
      }
      Logits logits = runner.run(parts);
      int row = 0;
      for (int i = 0; i < parts.size(); i++) {
        if (parts.get(i).pass().logitRows().length > 0) {
          inPass.get(i).choose(logits, row++, sink);
        }
      }
    }
  }

  /** A pass: what answers need, then prompts as far as there is room. */
  private void fill(List<Place> inPass, List<Part> parts) {
    int room = runner.maxRows();
    for (boolean writing : new boolean[] {true, false}) {
      for (Place place : places) {
        if (!place.isFree() && place.isWriting() == writing && room > 0) {
          Part part = place.part(room);
          inPass.add(place);
          parts.add(part);
          room -= part.pass().rows();
        }
      }
    }
  }

  @Override
  public void close() {
    runner.close();
  }

  /** A sequence of the batch: a prompt, and what was written behind it. */
  private final class Place {
    private static final int FREE = -1;

    private final int sequence;
    private final KvCache cache;
    private final int[] tokens;
    private int length;
    private int promptLength;
    private int end;
    private int task = FREE;
    private TokenChooser chooser;

    Place(int sequence) {
      this.sequence = sequence;
      cache = runner.cache(sequence);
      tokens = new int[cache.capacity()];
    }

    boolean isFree() {
      return task == FREE;
    }

    void leave() {
      task = FREE;
    }

    /** Takes a task; what its prompt shares with the tokens in the cache is not read again. */
    void begin(int index, WritingTask next) {
      int[] prompt = next.prompt();
      int most = Math.min(cache.length(), prompt.length - 1);
      int shared = Arrays.mismatch(tokens, 0, most, prompt, 0, most);
      cache.truncate(shared < 0 ? most : shared);
      System.arraycopy(prompt, 0, tokens, 0, prompt.length);
      promptLength = prompt.length;
      length = prompt.length;
      end = Math.min(tokens.length, prompt.length + next.maxTokens());
      task = index;
      chooser = next.sampling().openOnHost(vocabulary);
    }

    /** Whether the prompt is read. */
    boolean isWriting() {
      return cache.length() >= promptLength;
    }

    /** The next rows, up to {@code room}. */
    Part part(int room) {
      int start = cache.length();
      int rows = Math.min(room, length - start);
      int[] wanted = start + rows == length ? new int[] {rows - 1} : NONE;
      return new Part(
          sequence, new Pass(Arrays.copyOfRange(tokens, start, start + rows), start, full, wanted));
    }

    /** Writes the next token; the last one gives the answer to the sink. */
    void choose(Logits logits, int row, Sink sink) throws IOException {
      int token = chooser.draft(logits, row, 0);
      tokens[length++] = token;
      if (length == end || endTokens.contains(token)) {
        int finished = task;
        leave();
        sink.take(finished, Arrays.copyOfRange(tokens, promptLength, length));
      }
    }
  }
}
