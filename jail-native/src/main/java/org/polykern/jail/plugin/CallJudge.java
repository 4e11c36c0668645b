package org.polykern.jail.plugin;

import java.util.List;
import org.polykern.jail.rule.CallAction;
import org.polykern.jail.rule.Errno;

/** Decides about the stopped calls of one jail. */
public interface CallJudge extends AutoCloseable {
  /**
   * A call that waits.
   *
   * @param pid of the calling thread, as the tracer sees it
   * @param program its short name; chosen by the program itself, so no proof of anything
   * @param call the call's name
   * @param arguments the six registers, as they are
   */
  record Asked(int pid, String program, String call, List<Long> arguments) {
    public Asked {
      arguments = List.copyOf(arguments);
      if (arguments.size() != 6) {
        throw new IllegalArgumentException(
            "Expected six registers, but there are " + arguments.size() + ".");
      }
    }
  }

  /** {@link CallAction.Plain#ALLOW} or a refusal. */
  CallAction decide(Asked call);

  /** The jail has ended. */
  @Override
  default void close() {}

  /** The same judge, but whatever it throws or answers beside its choices is a refusal. */
  default CallJudge guarded() {
    CallJudge judge = this;
    return new CallJudge() {
      @Override
      public CallAction decide(Asked call) {
        try {
          CallAction action = judge.decide(call);
          return action == CallAction.Plain.ALLOW || action instanceof CallAction.Refuse
              ? action
              : CallAction.refuse(Errno.EPERM);
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
          return CallAction.refuse(Errno.EPERM);
        }
      }

      @Override
      public void close() {
        judge.close();
      }
    };
  }
}
