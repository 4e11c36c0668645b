package org.polykern.runner.service;

/** A service cannot be started as asked; the message is a sentence for people. */
final class ServiceException extends Exception {
  private static final long serialVersionUID = 1;

  ServiceException(String sentence) {
    super(sentence);
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
