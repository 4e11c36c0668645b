package org.polykern.common.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.polykern.common.problem.ProblemException;
import org.polykern.common.task.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only class that touches the event bus. One per verticle, beside its {@link Tasks}: to stop,
 * close the bus, then the tasks.
 *
 * <p>{@link #request} blocks and must be called from a virtual thread of {@link Tasks} (or any
 * thread that is not an event loop).
 */
public final class Bus implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Bus.class);
  private static final DeliveryOptions PUBLISH =
      new DeliveryOptions().setCodecName(RecordCodec.NAME);

  private final Vertx vertx;
  private final Tasks tasks;
  // Each entry registers one consumer and returns it; kept so that all can be registered again.
  private final List<Registration> registrations = new CopyOnWriteArrayList<>();

  private static final class Registration {
    final Supplier<MessageConsumer<Object>> register;
    volatile MessageConsumer<Object> current;

    Registration(Supplier<MessageConsumer<Object>> register) {
      this.register = register;
      this.current = register.get();
    }
  }

  public Bus(Vertx vertx, Tasks tasks) {
    this.vertx = vertx;
    this.tasks = tasks;
    try {
      vertx.eventBus().registerCodec(new RecordCodec());
    } catch (IllegalStateException alreadyRegisteredByAnotherVerticle) {
      log.trace("Codec is registered already");
    }
  }

  /**
   * Asks and waits for the answer.
   *
   * @throws ProblemException with the other side's problem; UNAVAILABLE when nobody listens;
   *     OUTCOME_UNKNOWN when no answer came in the address's time-out
   */
  public <Q, R> R request(Address<Q, R> address, Q request) {
    RecordCodec.expectMessage(request);
    var options =
        new DeliveryOptions()
            .setCodecName(RecordCodec.NAME)
            .setSendTimeout(address.timeout().toMillis());
    var body = ask(address, request, options, 1);
    if (body instanceof Problem problem) {
      throw new ProblemException(problem);
    }
    @SuppressWarnings("unchecked") // the consumer side is typed by the same address
    var answer = (R) body;
    return answer;
  }

  private <Q> Object ask(Address<Q, ?> address, Q request, DeliveryOptions options, int attempt) {
    try {
      return vertx.eventBus().<Object>request(address.name(), request, options).await().body();
    } catch (ReplyException e) {
      // The consumer it was routed to was being unregistered and never saw it.
      if (wasDiscarded(e) && attempt < 3) {
        return ask(address, request, options, attempt + 1);
      }
      throw new ProblemException(problemOf(address, e), e);
    }
  }

  /**
   * Answers requests, each on a virtual thread of its own. The handler returns the answer or
   * throws; a {@link ProblemException} travels as its problem, anything else as INTERNAL.
   *
   * @return completes when the registration has reached the cluster
   */
  public <Q, R> Future<Void> consume(Address<Q, R> address, Function<Q, R> handler) {
    return register(
        address.name(), message -> tasks.start(address.name(), () -> answer(message, handler)));
  }

  /** Hears events, each on a virtual thread of its own; order is not kept. */
  public <E> Future<Void> subscribe(Topic<E> topic, Consumer<E> handler) {
    return register(
        topic.name(),
        message ->
            tasks.start(
                topic.name(),
                () -> {
                  @SuppressWarnings("unchecked") // publishers are typed by the same topic
                  var event = (E) message.body();
                  handler.accept(event);
                }));
  }

  /** Tells every subscriber on every node; no certainty that anyone hears it. */
  public <E> void publish(Topic<E> topic, E event) {
    RecordCodec.expectMessage(event);
    vertx.eventBus().publish(topic.name(), event, PUBLISH);
  }

  /**
   * Registers every consumer anew. Needed when other nodes dropped this node's registrations after
   * a broken connection although it is still a member (vert.x issue 4394). The old registration
   * ends only when the new one has arrived, so no message meets a gap. Does not block.
   */
  public void reRegister() {
    for (var registration : registrations) {
      var old = registration.current;
      registration.current = registration.register.get();
      registration.current.completion().onComplete(arrived -> old.unregister());
    }
  }

  /**
   * Unregisters the consumers; does not block. Messages in work are waited for by {@link
   * Tasks#close}, which the owner calls next; requests that still arrive are answered UNAVAILABLE.
   */
  @Override
  public void close() {
    for (var registration : registrations) {
      registration.current.unregister();
    }
    registrations.clear();
  }

  private Future<Void> register(String name, Consumer<Message<Object>> handler) {
    var registration =
        new Registration(() -> vertx.eventBus().<Object>consumer(name, handler::accept));
    registrations.add(registration);
    return registration.current.completion();
  }

  private <Q, R> void answer(Message<Object> message, Function<Q, R> handler) {
    Object reply;
    try {
      if (tasks.isClosing()) {
        throw Problem.of(ProblemCode.UNAVAILABLE, message.address() + " is shutting down.")
            .toException();
      }
      @SuppressWarnings("unchecked") // senders are typed by the same address
      var request = (Q) message.body();
      reply = handler.apply(request);
      RecordCodec.expectMessage(reply);
    } catch (ProblemException e) {
      reply = e.problem();
    } catch (Throwable e) { // await() rethrows checked causes too; the asker must get an answer
      log.error("Handler of {} failed for {}", message.address(), message.body().getClass(), e);
      reply = Problem.of(ProblemCode.INTERNAL, "Internal error at " + message.address() + ": " + e);
    }
    if (message.replyAddress() != null) {
      message.reply(reply, PUBLISH);
    }
  }

  /** Vert.x reports it as a time-out, but says so in the text; nothing was done. */
  private static boolean wasDiscarded(ReplyException e) {
    return e.failureType() == ReplyFailure.TIMEOUT
        && String.valueOf(e.getMessage()).startsWith("Discarded the request");
  }

  private static Problem problemOf(Address<?, ?> address, ReplyException e) {
    if (e.failureType() == ReplyFailure.NO_HANDLERS || wasDiscarded(e)) {
      return Problem.of(
          ProblemCode.UNAVAILABLE,
          "Nobody answers at " + address.name() + "; it may be restarting.");
    }
    if (e.failureType() == ReplyFailure.TIMEOUT) {
      return Problem.of(
          ProblemCode.OUTCOME_UNKNOWN,
          "No answer from " + address.name() + " within " + address.timeout().toSeconds() + " s.");
    }
    return Problem.of(
        ProblemCode.INTERNAL, "Bus contract mismatch at " + address.name() + ": " + e.getMessage());
  }
}
