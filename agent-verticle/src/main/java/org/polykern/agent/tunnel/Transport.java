package org.polykern.agent.tunnel;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** How sockets are driven: by the system's own calls, or by the JDK's where these cannot be had. */
record Transport(
    IoHandlerFactory loops,
    Class<? extends ServerSocketChannel> server,
    Class<? extends SocketChannel> client) {
  static Transport best() {
    return Epoll.isAvailable() ? system() : jdk();
  }

  /** Takes less of the processors for a byte, and hears at once that a peer is gone. */
  static Transport system() {
    return new Transport(
        EpollIoHandler.newFactory(), EpollServerSocketChannel.class, EpollSocketChannel.class);
  }

  static Transport jdk() {
    return new Transport(
        NioIoHandler.newFactory(), NioServerSocketChannel.class, NioSocketChannel.class);
  }
}
