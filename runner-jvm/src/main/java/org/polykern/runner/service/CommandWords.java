package org.polykern.runner.service;

import java.util.ArrayList;
import java.util.List;

/** Splits a text into words as a shell would, without anything else that a shell does. */
final class CommandWords {
  private CommandWords() {}

  /**
   * The words: separated by white space; quotes and backslashes keep it.
   *
   * @throws ServiceException if a quote is not closed
   */
  static List<String> of(String text) throws ServiceException {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escaped = c == '\\' && quote != '\'' && i + 1 < text.length();
      if (escaped && (quote == 0 || "\"\\$`\n".indexOf(text.charAt(i + 1)) >= 0)) {
        char next = text.charAt(++i);
        if (next != '\n') { // With one the line goes on.
          word.append(next);
          inWord = true;
        }
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
        inWord = true;
      } else if (quote == 0 && Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
        }
        word.setLength(0);
        inWord = false;
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (quote != 0) {
      throw new ServiceException(
          "Expected the quote " + quote + " of a service's command to be closed, but it is not.");
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }
}
