# Policy: scala. Needs: scala. Slow: in one mode only.
echo 'object Work { def main(args: Array[String]): Unit = println((1 to 8).map(_ * 2).sum) }' > Work.scala
test "$(scala -nc Work.scala 2> scala.err)" = 72
