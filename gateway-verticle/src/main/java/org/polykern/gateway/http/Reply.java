package org.polykern.gateway.http;

import io.netty.channel.ChannelPipeline;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** How a call goes on: with an answer, or as a stream of its own. */
public sealed interface Reply permits Answer, Reply.Upgrade, Reply.EventStream {

  /**
   * The request becomes a WebSocket; 400 when it did not ask for one. Only at endpoints without a
   * body.
   *
   * @param begin gets the open socket and the connection beneath it, on its event loop; it must set
   *     its handlers before it returns, and must not block. Its exception handler closes with 1009
   *     what sends too much, so leave that one alone and use the close handler
   */
  record Upgrade(BiConsumer<ServerWebSocket, ChannelPipeline> begin) implements Reply {

    /** One that does not care for the connection beneath. */
    public Upgrade(Consumer<ServerWebSocket> begin) {
      this((socket, connection) -> begin.accept(socket));
    }
  }

  /**
   * The response becomes a stream of server-sent events; its headers are set. Only at endpoints
   * without a body.
   *
   * @param begin gets the chunked response, on the connection's event loop; it must not block
   */
  record EventStream(Consumer<HttpServerResponse> begin) implements Reply {}
}
