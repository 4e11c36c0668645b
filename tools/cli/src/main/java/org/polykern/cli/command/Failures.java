package org.polykern.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.polykern.cli.client.ApiClient;
import org.polykern.cli.client.ApiException;
import org.polykern.cli.client.ClientException;
import org.polykern.cli.client.ConfigException;
import org.polykern.cli.client.UnreachableException;
import org.polykern.cli.run.Terminal;
import org.polykern.cli.ssh.MissingProgramException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns what went wrong into one line, perhaps a hint, and an exit code. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final Terminal terminal;

  Failures(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    String hint = "Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'.";
    print(terminal, String.valueOf(e.getMessage()), hint);
    if (Arrays.asList(args).contains("--json")) {
      Output.document(terminal, document(e, hint, ExitCodes.USAGE));
    }
    return ExitCodes.USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed)
      throws Exception {
    int exitCode =
        switch (e) {
          case ApiException refused -> ExitCodes.REFUSED;
          case NotRunningException notRunning -> ExitCodes.REFUSED;
          case MissingProgramException missing -> ExitCodes.INTERNAL;
          case UnreachableException unreachable -> ExitCodes.UNREACHABLE;
          case ConfigException config -> ExitCodes.UNREACHABLE;
          case UsageException usage -> ExitCodes.USAGE;
          case UncheckedIOException io -> ExitCodes.INTERNAL;
          default -> throw e;
        };
    String hint =
        switch (e) {
          case ClientException client -> client.hint();
          case NotRunningException notRunning -> notRunning.hint();
          case MissingProgramException missing -> missing.hint();
          default -> "";
        };
    String message = e instanceof ApiException refused ? refused.report() : e.getMessage();
    print(terminal, String.valueOf(message), hint);
    if (parsed.originalArgs().contains("--json")) {
      Output.document(terminal, document(e, hint, exitCode));
    }
    return exitCode;
  }

  private static ObjectNode document(Exception e, String hint, int exitCode) {
    ObjectNode document = ApiClient.JSON.createObjectNode();
    ObjectNode error = document.putObject("error");
    error.put("message", e.getMessage()).put("hint", hint).put("exitCode", exitCode);
    if (e instanceof ApiException refused) {
      error.put("status", refused.status()).put("kind", refused.kind());
      error.put("title", refused.title()).put("msg", refused.msg());
      if (!refused.data().isMissingNode()) {
        error.set("data", refused.data());
      }
    }
    return document;
  }

  static void print(Terminal terminal, String message, String hint) {
    terminal.out().flush();
    terminal.err().println("error: " + message);
    if (!hint.isEmpty()) {
      terminal.err().println("hint: " + hint);
    }
  }
}
