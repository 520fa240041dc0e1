package dev.skipstone.model.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.skipstone.model.ModelFileException;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Expects a file to be refused as files are to be: in one line that names the file. */
public final class Refusal {
  private Refusal() {}

  /** What an action on a file throws. */
  public static ModelFileException of(Path file, ThrowingCallable action) {
    Throwable thrown = catchThrowable(action);
    assertThat(thrown).isInstanceOf(ModelFileException.class);
    return checked(file, (ModelFileException) thrown);
  }

  /** A refusal, after a look at what it says. */
  public static ModelFileException checked(Path file, ModelFileException refusal) {
    assertThat(refusal.getMessage())
        .contains(file.getFileName().toString())
        .doesNotContain("\n", "\r");
    assertThat(refusal.file()).isEqualTo(file);
    assertThat(refusal.field()).isNotEmpty();
    return refusal;
  }
}
