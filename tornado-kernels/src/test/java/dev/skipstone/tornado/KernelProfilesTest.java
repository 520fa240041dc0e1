package dev.skipstone.tornado;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.tornado.kernel.KernelProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KernelProfilesTest {
  @TempDir Path folder;

  @Test
  void readsNamesInOrder() throws IOException {
    KernelProfile profile = read("'attend': ['attendByItem', 'attendByGroup']");
    assertThat(profile.variants())
        .containsEntry("attend", List.of("attendByItem", "attendByGroup"));
    assertThat(KernelProfiles.read(null)).isEqualTo(KernelProfile.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'attends': ['attendByItem']   | there is no operation 'attends'",
        "'attend': ['byMagic']         | 'attend' has no kernel byMagic",
        "'attend': []                  | 'attend' names no kernel",
        "'attend': 3                   | not as expected"
      })
  void saysWhatIsWrong(String content, String problem) {
    assertThatThrownBy(() -> read(content))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("profile.json")
        .hasMessageContaining(problem);
  }

  /** On a GPU, fused kernels would serve passes of one row, and fragments those of several. */
  @Test
  void fragmentsNeedFusedProjectionsTakenApart() throws IOException {
    String fragments = "'project': ['projectFewFragments']";
    assertThatThrownBy(() -> read(fragments + ", 'project and add': []"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("add \"norm and project\": [], \"project and gate\": []");
    KernelProfile profile =
        read(fragments + ", 'norm and project': [], 'project and add': [], 'project and gate': []");
    assertThat(profile.variants()).hasSize(4);
  }

  private KernelProfile read(String content) throws IOException {
    Path file = folder.resolve("profile.json");
    Files.writeString(file, "{\"variants\": {" + content.replace('\'', '"') + "}}");
    return KernelProfiles.read(file.toString());
  }
}
