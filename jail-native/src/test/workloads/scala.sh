# needs: scala scalac
cat > Main.scala << 'S'
object Main {
  def main(arguments: Array[String]): Unit = {
    import scala.sys.process._
    val thread = new Thread(new Runnable { def run(): Unit = println("thread") })
    thread.start()
    thread.join()
    println("echo child".!!.trim)
  }
}
S
scalac Main.scala && scala -nc -cp . Main
