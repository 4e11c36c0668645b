-- Runs Haskell snippets with the GHC library, inside the ghc process that interprets this file.
--
-- Threads: commands are executed on the main thread, on which GHC compiles; GHC evaluates the user's code on a thread
-- of its own and passes asynchronous exceptions on to it, so that an interrupt is UserInterrupt thrown to the main
-- thread. A flusher writes out what stands in an unfinished line while a run lasts.
module Main (main) where

import Control.Concurrent
import Control.Exception
import Control.Monad
import Control.Monad.IO.Class (liftIO)
import Data.Char (isAlphaNum, isSpace)
import Data.IORef
import Data.List
import Data.Maybe (isJust)
import GHC hiding (Kind)
import GHC.Builtin.Names (printName, returnIOName)
import GHC.Driver.Monad (Session, modifySession, reflectGhc, reifyGhc)
import GHC.Driver.Session
import GHC.LanguageExtensions.Type (Extension (ExtendedDefaultRules, MonomorphismRestriction))
import GHC.Driver.Types (hsc_IC, ic_int_print)
import qualified GHC.Foreign as Foreign
import GHC.IO.BufferedIO (BufferedIO (..), readBuf, readBufNonBlocking, writeBuf, writeBufNonBlocking)
import GHC.IO.Device (IODevice (close, devType, ready), IODeviceType (Stream), RawIO (..))
import qualified GHC.IO.FD as FD
import GHC.IO.Handle (mkFileHandle)
import GHC.IO.Handle.Types (Handle (..))
import GHC.Parser.Lexer (ParserFlags, mkParserFlags)
import GHC.Utils.Outputable (ppr, showSDoc)
import System.Environment
import System.Exit
import System.FilePath ((</>))
import Prelude hiding (read)
import System.IO
import System.Posix.Signals
import System.Process (readProcess)

-- | Standard input that says when the code waits for it: GHC waits by polling, which the runner cannot see.
newtype Input = Input (String -> IO ())

waiting :: Input -> IO ()
waiting (Input send) = do
  there <- ready FD.stdin False 0
  unless there (send "0")

instance RawIO Input where
  read i pointer offset size = waiting i >> read FD.stdin pointer offset size
  readNonBlocking _ = readNonBlocking FD.stdin
  write _ = write FD.stdin
  writeNonBlocking _ = writeNonBlocking FD.stdin

instance IODevice Input where
  ready _ = ready FD.stdin
  close _ = pure ()
  devType _ = pure Stream

instance BufferedIO Input where
  newBuffer _ = newBuffer FD.stdin
  fillReadBuffer = readBuf
  fillReadBuffer0 = readBufNonBlocking
  flushWriteBuffer _ buffer = pure buffer
  flushWriteBuffer0 _ buffer = pure (0, buffer)

-- | Puts a handle on that device into the place of 'stdin', for the user's code, which shares it with this file.
replaceStdin :: (String -> IO ()) -> IO ()
replaceStdin send = do
  new <- mkFileHandle (Input send) "<stdin>" ReadMode (Just utf8) noNewlineTranslation
  case (new, stdin) of
    (FileHandle _ from, FileHandle _ to) -> takeMVar from >>= \state -> modifyMVar_ to (const (pure state))
    _ -> pure ()

-- | Writes a frame, after the output so far.
sendFrame :: String -> Char -> String -> IO ()
sendFrame mark kind body = Foreign.withCStringLen utf8 body $ \(bytes, size) -> do
  hFlush stderr
  hPutStr stdout (mark ++ kind : show size ++ "\n")
  hPutBuf stdout bytes size
  hFlush stdout

readSource :: FilePath -> IO String
readSource path = do
  handle <- openFile path ReadMode
  hSetEncoding handle =<< mkTextEncoding "UTF-8//TRANSLIT" -- the text may hold any bytes
  text <- hGetContents handle
  void (evaluate (length text))
  pure text

-- | A piece of the source text with its first line: what begins in the first column, up to the next such thing.
data Piece = Piece {kind :: Kind, line :: Int, source :: String}

data Kind = Extensions | Import | Signature | Declarations | Statement deriving (Eq)

pieces :: ParserFlags -> String -> [Piece]
pieces flags text = foldr join' [] (map classify (chunks 1 (lines text)))
  where
    classify (n, s)
      | "{-# LANGUAGE" `isPrefixOf` s = Piece Extensions n s
      | isImport flags s = Piece Import n s
      | isStmt flags s && isDecl flags s = Piece Signature n s -- x :: T is an expression, too
      | isDecl flags s = Piece Declarations n s
      | otherwise = Piece Statement n s
    -- Signatures, the equations of one function and functions that call each other must be compiled together.
    join' p (q : rest)
      | kind p `elem` [Signature, Declarations], kind q == Declarations =
        Piece Declarations (line p) (source p ++ replicate (line q - lastLine p) '\n' ++ source q) : rest
    join' p rest = (if kind p == Signature then p {kind = Statement} else p) : rest
    lastLine p = line p + length (filter (== '\n') (source p))

chunks :: Int -> [String] -> [(Int, String)]
chunks _ [] = []
chunks n (l : ls)
  | skipped l = chunks (n + 1) ls
  | otherwise = (n, dropWhileEnd isSpace (unlines (l : body))) : chunks (n + 1 + length body) rest
  where
    (body, rest) = continuation (depth l) ls
    -- Lines of a block comment belong to the piece, wherever they begin.
    continuation open (x : xs) | open > 0 || indented x = let (a, b) = continuation (open + depth x) xs in (x : a, b)
    continuation _ xs = ([], xs)
    indented x = all isSpace x || isSpace (head x) || "--" `isPrefixOf` x
    skipped x = all isSpace x || "--" `isPrefixOf` x || x `elem` [":{", ":}"]
    depth x = length (filter (isPrefixOf "{-") (tails x)) - length (filter (isPrefixOf "-}") (tails x)) :: Int

-- | A whole program's header has no meaning here; its line stays, so that lines count as in the text.
withoutHeader :: String -> String
withoutHeader text = case break ("module " `isPrefixOf`) (lines text) of
  (before, header) | not (null header), all comment before -> unlines (map (const "") before ++ body header)
  _ -> text
  where
    comment l = all isSpace l || "--" `isPrefixOf` l || "{-#" `isPrefixOf` l
    body (l : ls) | "where" `elem` words l = "" : ls
                  | otherwise = "" : body ls
    body [] = []

-- | Nothing if the run may go on; else its exit code.
type Outcome = Maybe Int

runText :: String -> Ghc Int
runText text = do
  flags <- getInteractiveDynFlags
  let all' = pieces (mkParserFlags flags) (withoutHeader text)
      isMain p = any (isPrefixOf "main") (lines (source p))
      program = any isMain (filter ((== Declarations) . kind) all') && all ((/= Statement) . kind) all'
      count = length all'
      go [] = pure 0
      go ((n, p) : rest) = runPiece (n == count) p >>= maybe (go rest) pure
  go (zip [1 ..] (all' ++ [Piece Statement 1 "main" | program]))

-- | Executes a piece; the value of an expression is printed only if it is the last one.
runPiece :: Bool -> Piece -> Ghc Outcome
runPiece isLast piece = case kind piece of
  Extensions -> do
    flags <- getInteractiveDynFlags
    let names = words (map (\c -> if isAlphaNum c then c else ' ') (source piece)) \\ ["LANGUAGE"]
    (new, _, _) <- parseDynamicFlags flags (map (noLoc . ("-X" ++)) names)
    Nothing <$ setInteractiveDynFlags new
  Import -> do
    new <- parseImportDecl (source piece)
    context <- getContext
    setContext (IIDecl new : context)
    pure Nothing
  Declarations -> Nothing <$ runDeclsWithLocation "<snippet>" (line piece) (source piece)
  _ -> do
    let printer = if isLast then printName else returnIOName
    modifySession $ \e -> e {hsc_IC = (hsc_IC e) {ic_int_print = printer}}
    result <- execStmt (source piece) execOptions {execSourceFile = "<snippet>", execLineNumber = line piece}
    case result of
      ExecComplete (Left failure) _ -> liftIO (Just <$> explain failure)
      _ -> pure Nothing

-- | The exit code that an uncaught exception means, after its text on standard error.
explain :: SomeException -> IO Int
explain failure
  | Just ExitSuccess <- fromException failure = pure 0
  | Just (ExitFailure code) <- fromException failure = pure (code `mod` 256)
  | Just UserInterrupt <- fromException failure = hFlush stdout >> hPutStrLn stderr "Interrupted" >> pure 130
  | otherwise = hFlush stdout >> hPutStrLn stderr ("*** Exception: " ++ displayException failure) >> pure 1

-- | Nothing while no run lasts, else its number: an interrupt is for that run only.
type Running = IORef (Maybe Int)

-- | Repeated until the run ends: GHC passes an exception on to the thread of the user's code, where it is lost if that
-- thread has just ended and the next piece of the snippet is about to begin.
interrupt :: ThreadId -> Running -> IO ()
interrupt runner running = readIORef running >>= again
  where
    again current = do
      now <- readIORef running
      when (isJust now && now == current) $ throwTo runner UserInterrupt >> threadDelay 200000 >> again current

runGuarded :: Session -> Running -> Int -> String -> IO Int
runGuarded session running number text = mask $ \restore -> do
  flusher <- forkIO (restore (forever (threadDelay 100000 >> hFlush stdout)))
  writeIORef running (Just number)
  code <- restore (reflectGhc (runText text) session) `catches` handlers
  writeIORef running Nothing
  killThread flusher
  (code <$ restore yield) `catch` \e -> const (pure 130) (e :: AsyncException) -- one that was on its way
  where
    handlers = [Handler (\e -> reflectGhc (printException e) session >> pure 1), Handler explain]

complete :: String -> Ghc [String]
complete text = do
  flags <- getSessionDynFlags
  names <- getRdrNamesInScope
  let word = reverse (takeWhile (\c -> isAlphaNum c || c `elem` "_'.") (reverse text))
      found = filter (word `isPrefixOf`) (keywords ++ map (showSDoc flags . ppr) names)
      qualifier = length (dropWhile (/= '.') (reverse word))
  pure (take 500 (sort (nub (map (drop qualifier) found))))
  where
    keywords = words "case class data default deriving do else if import in infix infixl infixr instance let module newtype of then type where"

serve :: FilePath -> (Char -> String -> IO ()) -> Session -> IO ()
serve directory send session = do
  runner <- myThreadId
  running <- newIORef Nothing
  void $ installHandler sigINT (Catch (interrupt runner running)) Nothing
  commands <- openFile (directory </> "commands") ReadMode
  send 'r' ""
  let loop number = do
        end <- hIsEOF commands
        unless end $ do
          command <- words <$> hGetLine commands
          case command of
            ["run", path] -> readSource path >>= runGuarded session running number >>= send 'f' . show
            ["complete", label, path] -> do
              text <- readSource path
              found <- reflectGhc (complete text) session `catch` \e -> pure (const [] (e :: SomeException))
              send 'c' (intercalate "\n" (label : found))
            _ -> pure ()
          loop (number + 1)
  loop (1 :: Int)

main :: IO ()
main = do
  [program, directory, token] <- mapM getEnv names
  mapM_ unsetEnv names
  mapM_ (`hSetEncoding` utf8) [stdout, stderr]
  hSetBuffering stdout LineBuffering
  hSetBuffering stderr LineBuffering
  let send = sendFrame ('\x1e' : token)
  replaceStdin (send 'w')
  libraries <- filter (/= '\n') <$> readProcess program ["--print-libdir"] ""
  runGhc (Just libraries) $ do
    flags <- getSessionDynFlags
    -- As at ghci's prompt: 'let n = 3' may be used as an Int and as a Double, 'show []' is not ambiguous.
    let relaxed = (flags `xopt_set` ExtendedDefaultRules) `xopt_unset` MonomorphismRestriction
    void (setSessionDynFlags relaxed {hscTarget = HscInterpreted, ghcLink = LinkInMemory})
    setContext [IIDecl (simpleImportDecl (mkModuleName name)) | name <- ["Prelude", "System.IO", "System.Exit"]]
    reifyGhc (serve directory send)
  where
    names = ["POLYKERN_GHC", "POLYKERN_DIR", "POLYKERN_TOKEN"]
