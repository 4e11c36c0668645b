package org.polykern.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import java.util.List;

/**
 * Where log lines go: to {@code polykern.log} of the data directory (rolling, 5 files of 10 MB),
 * and errors to standard error. Found by logback as a service; written in code because reading XML
 * would cost a fifth of the start.
 *
 * <p>System properties: {@code polykern.log.file} (none: no file), {@code polykern.log.console} (a
 * level, default ERROR), {@code polykern.log.level} (of our own classes, default INFO).
 */
public final class Logging extends ContextAwareBase implements Configurator {
  static final String FILE = "polykern.log.file";
  static final String CONSOLE = "polykern.log.console";
  private static final String LEVEL = "polykern.log.level";
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSS} %-5level [%thread] %logger{24} - %msg%n%rEx";
  private static final List<String> NOISY =
      List.of("com.hazelcast", "io.netty", "io.vertx", "org.flywaydb", "com.github.dockerjava");

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    var root = context.getLogger("ROOT");
    root.setLevel(Level.INFO);
    context
        .getLogger("org.polykern")
        .setLevel(Level.toLevel(System.getProperty(LEVEL), Level.INFO));
    NOISY.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
    // What these two warn of is meant: no CP subsystem, and several members on one machine.
    context.getLogger("com.hazelcast.cp.CPSubsystem").setLevel(Level.ERROR);
    context.getLogger("com.hazelcast.instance.impl.Node").setLevel(Level.ERROR);
    var file = System.getProperty(FILE);
    if (file != null) {
      root.addAppender(rollingFile(context, file));
    }
    root.addAppender(console(context));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static ConsoleAppender<ILoggingEvent> console(LoggerContext context) {
    var threshold = new ThresholdFilter();
    threshold.setLevel(System.getProperty(CONSOLE, "ERROR"));
    threshold.start();
    var console = new ConsoleAppender<ILoggingEvent>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(encoder(context));
    console.addFilter(threshold);
    console.start();
    return console;
  }

  private static RollingFileAppender<ILoggingEvent> rollingFile(
      LoggerContext context, String file) {
    var appender = new RollingFileAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setFile(file);
    appender.setEncoder(encoder(context));
    var window = new FixedWindowRollingPolicy();
    window.setContext(context);
    window.setParent(appender);
    window.setFileNamePattern(file + ".%i");
    window.setMinIndex(1);
    window.setMaxIndex(4);
    window.start();
    var size = new SizeBasedTriggeringPolicy<ILoggingEvent>();
    size.setContext(context);
    size.setMaxFileSize(FileSize.valueOf("10MB"));
    size.start();
    appender.setRollingPolicy(window);
    appender.setTriggeringPolicy(size);
    appender.start();
    return appender;
  }

  private static PatternLayoutEncoder encoder(LoggerContext context) {
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    return encoder;
  }
}
