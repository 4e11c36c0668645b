package org.polykern.agent.tunnel;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.polykern.common.bus.StreamCommand.Outcome.Opened;
import org.polykern.common.id.KernelId;
import org.polykern.common.problem.Problem;
import org.polykern.common.problem.ProblemCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tunnel port of an agent. */
public final class Tunnels implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Tunnels.class);

  /** How long a token is good. */
  public static final Duration TOKEN_LIFE = Duration.ofMinutes(1);

  private static final int CONNECT_MILLIS = 5000;
  private static final int BACKLOG = 1024;
  private static final int MAX_THREADS = 8;
  private static final long CLOSE_SECONDS = 5;

  private final Grants grants;
  private final MultiThreadIoEventLoopGroup loops;
  private final Channel port;
  private final String toldHost;

  private Tunnels(Grants grants, MultiThreadIoEventLoopGroup loops, Channel port, String toldHost) {
    this.grants = grants;
    this.loops = loops;
    this.port = port;
    this.toldHost = toldHost;
  }

  /**
   * Opens the port.
   *
   * @param host address to bind
   * @param port 0 = any free one
   * @param toldHost address that gateways are told
   * @throws org.polykern.common.problem.ProblemException UNAVAILABLE when the port cannot be bound
   */
  public static Tunnels listen(String host, int port, String toldHost) {
    return listen(host, port, toldHost, Transport.best(), System::nanoTime);
  }

  /** The same with a clock for the age of tokens. */
  static Tunnels listen(
      String host, int port, String toldHost, Transport transport, LongSupplier nanos) {
    var grants = new Grants(new SecureRandom(), nanos);
    var threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, MAX_THREADS);
    var loops =
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory("agent-tunnel", true), transport.loops());
    var bound =
        new ServerBootstrap()
            .group(loops)
            .channel(transport.server())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_RCVBUF, Tuning.BULK_SOCKET) // its connections inherit it
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, Tuning.reads())
            .childHandler(
                new ChannelInitializer<DuplexChannel>() {
                  @Override
                  protected void initChannel(DuplexChannel front) {
                    greet(front, grants, transport);
                  }
                })
            .bind(host, port)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      stop(loops);
      throw Problem.of(
              ProblemCode.UNAVAILABLE,
              "Expected to listen on tunnel-host "
                  + host
                  + ", tunnel-port "
                  + port
                  + ", but the system refuses it ("
                  + bound.cause()
                  + "); set another in [agent].")
          .toException();
    }
    log.info("The tunnel port is {}", bound.channel().localAddress());
    return new Tunnels(grants, loops, bound.channel(), toldHost);
  }

  /** The port that is listened on. */
  public int port() {
    return ((InetSocketAddress) port.localAddress()).getPort();
  }

  /**
   * Gives a token for one connection.
   *
   * @throws org.polykern.common.problem.ProblemException UNAVAILABLE when too many are unused
   */
  public Opened give(KernelId kernel, Target target, Duration life) {
    return new Opened(toldHost, port(), grants.give(kernel, target, life));
  }

  /** Ends all tunnels of a kernel and its tokens; returns at once. */
  public void ended(KernelId kernel) {
    grants.ended(kernel);
  }

  /** How many connections are spliced, or about to be. */
  public int open() {
    return grants.openTunnels();
  }

  @Override
  public void close() {
    port.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    grants.kernels().forEach(grants::ended);
    stop(loops);
  }

  private static void greet(DuplexChannel front, Grants grants, Transport transport) {
    if (!grants.mayBeSilent()) {
      front.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
      return;
    }
    front
        .pipeline()
        .addLast(new Preface(front, grants, (from, target) -> connector(transport, from, target)));
  }

  private static Bootstrap connector(Transport transport, Channel front, Target target) {
    var back =
        new Bootstrap()
            .group(front.eventLoop())
            .channel(transport.client())
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.RECVBUF_ALLOCATOR, Tuning.reads())
            .handler(new ChannelInboundHandlerAdapter());
    return Tuning.limit(back, target);
  }

  private static void stop(MultiThreadIoEventLoopGroup loops) {
    loops
        .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
