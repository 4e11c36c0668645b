import java.io._
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Paths}
import scala.reflect.internal.util.Position
import scala.runtime.ScalaRunTime
import scala.tools.nsc.Settings
import scala.tools.nsc.interpreter._
import sun.misc.{Signal, SignalHandler}

/**
 * Runs Scala snippets in the interpreter library, with the user's code in this process, so that its standard streams
 * are the process's own.
 *
 * Threads: commands are executed on the main thread, each run on a thread of its own that the main thread waits for,
 * SIGINT arrives on a thread of the JVM's.
 */
class ScalaDriver(directory: String, token: String) {
  private val out = new FileOutputStream(FileDescriptor.out)
  @volatile private var exitCode: Option[Int] = None
  @volatile private var worker: Option[Thread] = None
  @volatile private var interrupted = false

  private class Stop extends SecurityException("exit")

  private def send(kind: Char, body: String): Unit = synchronized {
    scala.Console.flush(); System.out.flush(); System.err.flush()
    val bytes = body.getBytes(UTF_8)
    out.write(s"\u001e$token$kind${bytes.length}\n".getBytes(UTF_8) ++ bytes)
  }

  /** Programs like to close a writer, and with it the standard stream below: here that has no effect. */
  private def unclosable(stream: OutputStream) = new PrintStream(stream, true, "UTF-8") {
    override def close(): Unit = flush()
  }

  /**
   * Standard input that an interrupt can end: a thread in a blocking read cannot be stopped. So this one waits without
   * reading, and says itself that the code waits.
   */
  private object input extends FilterInputStream(new FileInputStream(FileDescriptor.in)) {
    override def read(): Int = {
      val one = new Array[Byte](1)
      if (read(one, 0, 1) < 0) -1 else one(0) & 0xff
    }

    override def read(bytes: Array[Byte], offset: Int, length: Int): Int = {
      if (length > 0 && in.available == 0) {
        send('w', "0")
        while (in.available == 0) Thread.sleep(10)
      }
      in.read(bytes, offset, math.min(length, math.max(1, in.available)))
    }

    override def close(): Unit = ()
  }

  /** Makes an exception of System.exit, and permits everything else. */
  private object noExit extends SecurityManager {
    override def checkExit(code: Int): Unit = if (worker.isDefined) {
      exitCode = Some(code & 0xff)
      throw new Stop
    }
    override def checkPermission(permission: java.security.Permission): Unit = ()
    override def checkPermission(permission: java.security.Permission, context: AnyRef): Unit = ()
  }

  /** Lines of generated code before the one that a message of the compiler is about, while it is being printed. */
  private var shift: Option[Int] = None
  private var source = ""

  /** What the interpreter prints, errors only; but not how an interrupt or exit looks to it. */
  private object messages extends Writer {
    override def write(text: Array[Char], offset: Int, length: Int): Unit =
      if (!interrupted && exitCode.isEmpty)
        System.err.print("<console>:(\\d+)".r.replaceAllIn(
          new String(text, offset, length), found => "<snippet>" + shift.fold("")(n => ":" + (found.group(1).toInt - n))))
    override def flush(): Unit = ()
    override def close(): Unit = ()
  }

  private lazy val interpreter = {
    val settings = new Settings
    settings.usejavacp.value = true
    // Not in an object's initialiser, where the snippet's own threads would wait for it for ever.
    settings.Yreplclassbased.value = true
    new IMain(settings, new PrintWriter(messages, true)) {
      override lazy val reporter: ReplReporter = new ReplReporter(this) {
        override def printMessage(position: Position, message: String): Unit = {
          val at = if (position.isDefined) source.linesIterator.indexWhere(_.trim == position.lineContent.trim) else -1
          shift = if (at < 0) None else Some(position.line - at - 1)
          try super.printMessage(position, message) finally shift = None
        }
      }
    }
  }

  /** The interpreter makes a variable such as res3 of a snippet's last expression, unless that is of type Unit. */
  private def showValue(previous: String): Unit = {
    val name = interpreter.mostRecentVar
    if (name != previous && name.matches("res\\d+")) {
      for {
        request <- interpreter.prevRequestList.find(_.handlers.exists(_.definedNames.exists(_.toString == name)))
        outermost = Class.forName(request.lineRep.readPath + "$", true, interpreter.classLoader).getField("MODULE$").get(null)
        value <- member(outermost, name)
      } System.out.print(ScalaRunTime.replStringOf(value, 1000).stripPrefix("\n"))
    }
  }

  /** The variable's value, unless it is Unit. Its object is some levels deep: "$line3.$read.INSTANCE.$iw.$iw.res3". */
  private def member(owner: AnyRef, name: String): Option[Any] = {
    def getter(name: String) = owner.getClass.getMethods.find(m => m.getName == name && m.getParameterTypes.isEmpty)
    getter(name) match {
      case Some(found) => if (found.getReturnType == Void.TYPE) None else Some(found.invoke(owner))
      case None => getter("INSTANCE").orElse(getter("$iw")).flatMap(inner => member(inner.invoke(owner), name))
    }
  }

  private def execute(text: String): Int = {
    val previous = interpreter.mostRecentVar
    source = text
    if (text.replaceAll("(?s)/\\*.*?\\*/|//[^\n]*", "").trim.isEmpty) 0
    else interpreter.beQuietDuring(interpreter.interpret(text)) match {
      case IR.Success => showValue(previous); 0
      case IR.Error => 1
      case IR.Incomplete =>
        System.err.println("<snippet>: error: the source text ends too early: a bracket, string or comment is open")
        1
    }
  }

  /** An object with a main method; and whether the last snippet has nothing but classes and objects. */
  private val program = """(?m)^\s*object\s+(\w+)(?=[^{]*extends\s+App\b|[^{]*\{[\s\S]*\bdef\s+main\s*\()""".r

  private def onlyTypes = interpreter.prevRequestList.lastOption.exists(_.handlers.forall(_.member match {
    case _: interpreter.global.ImplDef | _: interpreter.global.Import => true
    case _ => false
  }))

  /** A snippet that is a whole program is declared, and then run. */
  private def executeAll(text: String): Int = {
    val code = execute(text.replaceFirst("\\A(\\s*)package\\s+[\\w.]+\\s*;?", "$1"))
    program.findFirstMatchIn(text).filter(_ => code == 0 && onlyTypes) match {
      case Some(found) => execute(found.group(1) + ".main(Array[String]())")
      case None => code
    }
  }

  private def run(text: String): Int = {
    exitCode = None
    interrupted = false
    var code = 1
    val thread = new Thread("main") {
      override def run(): Unit = try {
        code = executeAll(text)
      } catch {
        case failure: Throwable => if (exitCode.isEmpty && !interrupted) failure.printStackTrace()
      }
    }
    worker = Some(thread)
    thread.start()
    thread.join()
    worker = None
    if (interrupted) { System.err.println("Interrupted"); 130 } else exitCode.getOrElse(code)
  }

  /**
   * Stops the user's code, again until it ends because it may catch the exception. The compiler is left to finish: to
   * stop it could spoil its tables.
   */
  private def interrupt(): Unit = for (thread <- worker) {
    interrupted = true
    while (thread.isAlive) {
      if (thread.getStackTrace.exists(_.getClassName.startsWith("$line"))) thread.stop()
      Thread.sleep(50)
    }
  }

  private def complete(text: String): Seq[String] =
    new PresentationCompilerCompleter(interpreter).complete(text, text.length).candidates.distinct.take(200)

  private def read(path: String) = new String(Files.readAllBytes(Paths.get(path)), UTF_8)

  /** The JVM warns of a security manager on the standard error that it began with, which is opened for us to change. */
  private def quietly(action: => Unit): Unit = {
    val field = classOf[System].getDeclaredField("initialErrStream")
    field.setAccessible(true)
    val stream = field.get(null)
    field.set(null, new PrintStream(new ByteArrayOutputStream))
    try action finally field.set(null, stream)
  }

  def serve(): Unit = {
    System.setIn(input)
    System.setOut(unclosable(out))
    System.setErr(unclosable(new FileOutputStream(FileDescriptor.err)))
    quietly(System.setSecurityManager(noExit))
    Signal.handle(new Signal("INT"), new SignalHandler { def handle(signal: Signal): Unit = interrupt() })
    scala.Console.withIn(System.in)(scala.Console.withOut(System.out)(scala.Console.withErr(System.err) {
      interpreter.initializeSynchronous()
      val commands = Files.newBufferedReader(Paths.get(directory, "commands"))
      send('r', "")
      Iterator.continually(commands.readLine()).takeWhile(_ != null).map(_.split(" ")).foreach {
        case Array("run", path) => send('f', run(read(path)).toString)
        case Array("complete", id, path) => send('c', (id +: complete(read(path))).mkString("\n"))
        case _ =>
      }
    }))
    Runtime.getRuntime.halt(0)
  }
}

object Main {
  /**
   * The class loader of a script sees only the JVM's boot classes, but the interpreter needs the whole JDK (9 and later
   * have more loaders than that): so the driver is loaded once more, by a loader below the application's.
   */
  def main(arguments: Array[String]): Unit = {
    val own = getClass.getClassLoader.asInstanceOf[java.net.URLClassLoader]
    val loader = new java.net.URLClassLoader(own.getURLs, ClassLoader.getSystemClassLoader)
    Thread.currentThread.setContextClassLoader(loader)
    val driver = loader.loadClass("ScalaDriver").getConstructors.head.newInstance(arguments: _*)
    driver.getClass.getMethod("serve").invoke(driver)
  }
}
