package dev.skipstone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skipstone.model.chat.ChatMessage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RequestFileTest {
  @Test
  void readsEachKindOfRequest() {
    List<Request> requests =
        RequestFile.requests(
            "r.jsonl",
            """
            {"id": "a", "prompt": "one", "max_tokens": 7, "category": "any"}

            {"id": 12, "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]}
            {"tokens": [1, 2]}
            """);

    assertThat(requests).extracting(Request::id).containsExactly("a", 12, 2);
    assertThat(requests).extracting(Request::maxTokens).containsExactly(7, null, null);
    assertThat(requests.get(0).prompt()).isEqualTo(new Request.Text("one"));
    assertThat(requests.get(1).prompt())
        .isEqualTo(new Request.Messages(List.of(ChatMessage.system("s"), ChatMessage.user("u"))));
    assertThat(((Request.Tokens) requests.get(2).prompt()).ids()).containsExactly(1, 2);
    assertThat(requests.get(2).where()).isEqualTo("r.jsonl: line 4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {                                   | not JSON
          7                                   | not a JSON object
          {"prompt": "a"} {"prompt": "b"}     | not JSON
          {"prompt": "a", "prompt": "b"}      | not JSON
          {"id": 1}                           | not 0
          {"prompt": "a", "tokens": [1]}      | not 2
          {"prompt": 3}                       | "prompt" is not a string
          {"id": [1], "prompt": "a"}          | "id" is neither
          {"tokens": 3}                       | "tokens" is not an array
          {"tokens": [1, -2]}                 | "tokens"[1] is not a token id
          {"tokens": [1.5]}                   | "tokens"[0] is not a token id
          {"tokens": [99999999999]}           | "tokens"[0] is not a token id
          {"messages": []}                    | "messages" is not an array
          {"messages": [{"role": "user"}]}    | "messages"[0] has no
          {"messages": [{"role": "x", "content": ""}]} | the role is 'x'
          {"prompt": "a", "max_tokens": 0}    | "max_tokens" is not a whole number
          {"prompt": "a", "max_tokens": "9"}  | "max_tokens" is not a whole number
          """)
  void namesTheLineThatIsWrong(String line, String problem) {
    assertThatThrownBy(
            () -> RequestFile.requests("r.jsonl", "{\"prompt\": \"good\"}\n" + line + "\n"))
        .isInstanceOf(FailedException.class)
        .hasMessageStartingWith("r.jsonl: line 2: ")
        .hasMessageContaining(problem);
  }

  @Test
  void emptyFilesAreWrong() {
    assertThatThrownBy(() -> RequestFile.requests("r.jsonl", "\n \n"))
        .isInstanceOf(FailedException.class)
        .hasMessage("r.jsonl: no request in it");
  }
}
