# needs: ghc
cat > main.hs << 'H'
import Control.Concurrent
import System.Process
main :: IO ()
main = do
  done <- newEmptyMVar
  _ <- forkIO (putMVar done (42 :: Int))
  takeMVar done >>= print
  system "true" >>= print
H
ghc -v0 -threaded -rtsopts main.hs && ./main +RTS -N2
