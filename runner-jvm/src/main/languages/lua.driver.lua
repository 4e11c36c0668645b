-- The driver of Lua 5.1 to 5.4; docs/languages.md is its contract.
--
-- The stand-alone interpreter handles SIGINT once per chunk of its command line: then it raises an
-- error in the running code, and the next SIGINT would end the process. So the language file names
-- the driver's loop many times as a chunk of its own (-e), and the loop returns after an interrupt.
-- The last chunk ends the interpreter: nothing in Lua itself can make it hear another SIGINT.

local dir, token = polykern_driver[1], polykern_driver[2]
local stdout, stderr, stdin = io.stdout, io.stderr, io.stdin
local raw = {
  pcall = pcall, xpcall = xpcall, print = print, execute = os.execute, popen = io.popen,
  read = io.read, lines = io.lines, close = io.close, create = coroutine.create,
  resume = coroutine.resume, exit = os.exit, error = error, tostring = tostring,
  traceback = debug.traceback, gethook = debug.gethook, sethook = debug.sethook,
}
local file = getmetatable(stdout).__index
local file_write, file_read, file_lines = file.write, file.read, file.lines
local file_close, file_setvbuf = file.close, file.setvbuf
local pack = table.pack or function(...) return { n = select("#", ...), ... } end
local unpack = table.unpack or unpack
local main = coroutine.running()
local type, select, concat, sort = type, select, table.concat, table.sort
local match, find, sub, gmatch = string.match, string.find, string.sub, string.gmatch

local INTERRUPTED = "interrupted!"
local LARGEST_SPLIT = 100000
local MOST_SUGGESTIONS = 500
local own_file = match(debug.getinfo(1, "S").short_src, "[^/]*$")
local exit_code           -- set by os.exit until the run has ended
local result              -- the exit code of a run whose end was not told yet
local running = false

-- A script sees each line at once, and a prompt when it reads; blocks would be faster, but silent.
file_setvbuf(stdout, "line")

local function frame(kind, body)
  file_write(stdout, "\30", token, kind, #body, "\n", body)
  stdout:flush()
end

local function ends(problem)
  return exit_code ~= nil or type(problem) == "string"
    and sub(problem, -#INTERRUPTED) == INTERRUPTED
end

-- What pcall and its like answer, unless the whole run is to end.
local function unless_ending(ok, problem, ...)
  if not ok and ends(problem) then
    raw.error(problem, 0)
  end
  return ok, problem, ...
end

function pcall(...)
  return unless_ending(raw.pcall(...))
end

function xpcall(code, handler, ...)
  local function handle(problem)
    if ends(problem) then
      return problem
    end
    return handler(problem)
  end
  return unless_ending(raw.xpcall(code, type(handler) == "function" and handle or handler, ...))
end

-- SIGINT reaches the main coroutine only; the others look there now and then.
local function watch(thread)
  if type(main) == "thread" then
    raw.sethook(thread, function()
      if raw.gethook(main) == "external hook" then
        raw.sethook(main)
        raw.error(INTERRUPTED, 0)
      end
    end, "", 100000)
  end
  return thread
end

function coroutine.create(code)
  return watch(raw.create(code))
end

function coroutine.resume(...)
  return unless_ending(raw.resume(...))
end

local function values_of(ok, ...)
  if not ok then
    raw.error((...), 0)
  end
  return ...
end

function coroutine.wrap(code)
  local thread = watch(raw.create(code))
  return function(...)
    return values_of(raw.resume(thread, ...))
  end
end

function os.exit(code)
  if code == nil or code == true then
    code = 0
  elseif code == false then
    code = 1
  end
  exit_code = math.floor(tonumber(code) or 1) % 256
  raw.error("exit", 0)
end

-- While a shell runs, Lua ignores SIGINT: it shows in how the shell ended.
function os.execute(command)
  stdout:flush()
  local answer = pack(raw.execute(command))
  if command ~= nil and (answer[2] == "signal" and answer[3] == 2 or answer[1] == 2
      or answer[2] == "exit" and answer[3] == 130) then
    raw.error(INTERRUPTED, 0)
  end
  return unpack(answer, 1, answer.n)
end

function io.popen(...)
  stdout:flush()
  return raw.popen(...)
end

function io.read(...)
  stdout:flush()
  return raw.read(...)
end

function io.lines(...)
  stdout:flush()
  return raw.lines(...)
end

function file.read(self, ...)
  if self == stdin then
    stdout:flush()
  end
  return file_read(self, ...)
end

function file.lines(self, ...)
  if self == stdin then
    stdout:flush()
  end
  return file_lines(self, ...)
end

-- Through the same pipe as standard output, so that their order is kept.
function file.write(self, ...)
  if self ~= stderr then
    return file_write(self, ...)
  end
  local pieces = { ... }
  for i = 1, select("#", ...) do
    local kind = type(pieces[i])
    if kind ~= "string" and kind ~= "number" then
      return file_write(self, ...)
    end
  end
  frame("e", concat(pieces))
  return self
end

function file.close(self)
  if self == stdout or self == stderr then
    return stdout:flush() and true
  end
  return file_close(self)
end

function io.close(...)
  if select("#", ...) == 0 then
    return io.output():close()
  end
  return (...):close()
end

local function compile(text)
  if loadstring and not table.pack then
    if sub(text, 1, 1) == "\27" then
      return nil, "attempt to load a binary chunk (expected source text)"
    end
    return loadstring(text, "=snippet")
  end
  return load(text, "=snippet", "t")
end

-- The code, changed so that it returns the value of the expression that it ends with, if it does.
local function with_last_value(text)
  if #text > LARGEST_SPLIT then
    return nil
  end
  local starts = { 1 }
  for place in gmatch(text, "\n()") do
    starts[#starts + 1] = place
  end
  for i = #starts, math.max(1, #starts - 30), -1 do
    local before, last = sub(text, 1, starts[i] - 1), sub(text, starts[i])
    -- An open bracket may go on with the line before: then the text is left as it is.
    local begins = match(last, "^%s*([^%s])")
    if begins and (i == 1 or begins ~= "(") and compile("return " .. last) and compile(before) then
      return compile(before .. "return " .. last)
    end
  end
  return nil
end

local function trace(problem)
  if ends(problem) then
    return problem
  end
  if type(problem) ~= "string" then
    local meta = getmetatable(problem)
    if type(meta) == "table" and meta.__tostring then
      problem = raw.tostring(problem)
    elseif type(problem) == "number" then
      problem = raw.tostring(problem)
    else
      problem = "(error object is a " .. type(problem) .. " value)"
    end
  end
  local lines = {}
  for line in gmatch(raw.traceback(problem, 2) .. "\n", "(.-)\n") do
    if find(line, own_file, 1, true) then
      -- What called the driver's function was the interpreter; below the snippet is nothing else.
      if #lines > 0 and find(lines[#lines], "'x?pcall'") then
        lines[#lines] = nil
      end
    elseif not find(line, "^\t%(command line%)") and line ~= "\t[C]: in ?" then
      lines[#lines + 1] = line
    end
  end
  if lines[#lines] == "\t(...tail calls...)" then
    lines[#lines] = nil
  end
  return concat(lines, "\n")
end

local function complain(problem)
  frame("e", raw.tostring(problem) .. "\n")
end

local function show(count, ...)
  -- What io.write answers is of no interest to anybody.
  if count > 0 and not (count == 1 and (...) == stdout) then
    local ok, problem = raw.pcall(raw.print, ...)
    if not ok then
      complain("error calling 'print' (" .. raw.tostring(problem) .. ")")
    end
  end
end

local function finished(ok, ...)
  if exit_code then
    return exit_code
  end
  if ok then
    show(select("#", ...), ...)
    return 0
  end
  local problem = ...
  if ends(problem) then
    complain(INTERRUPTED)
    return 130
  end
  complain(problem)
  return 1
end

local function run(path)
  local source = io.open(path, "rb")
  local text = file_read(source, "*a")
  file_close(source)
  text = text:gsub("^#", "--#", 1)
  local code, problem = with_last_value(text)
  if not code then
    code, problem = compile(text)
  end
  if not code then
    complain(problem)
    return 1
  end
  text = nil
  return finished(raw.xpcall(code, trace))
end

local keywords = {}
for word in gmatch("and break do else elseif end false for function goto if in local nil not or "
    .. "repeat return then true until while", "%a+") do
  keywords[word] = true
end

-- The table whose keys may follow a dot behind `value`; user code is never called.
local function members(value)
  if type(value) == "table" then
    return value
  end
  local meta = debug.getmetatable(value)
  local index = type(meta) == "table" and rawget(meta, "__index")
  return type(index) == "table" and index or nil
end

local function collect(words, prefix, start, from, callable)
  local seen = 0
  while type(from) == "table" and seen < 10 do
    seen = seen + 1
    for key, value in next, from do
      if type(key) == "string" and sub(key, 1, #start) == start and find(key, "^[%a_][%w_]*$")
          and not keywords[key] and not find(key, "^polykern_")
          and (not callable or type(value) == "function") then
        words[prefix .. key] = true
      end
    end
    local meta = debug.getmetatable(from)
    from = type(meta) == "table" and rawget(meta, "__index")
  end
end

local function complete(text)
  local words = {}
  local chain = match(text, "([%a_][%w_%.:]*)$")
  if chain then
    local prefix, start = match(chain, "^(.*[%.:])([%w_]*)$")
    if not prefix then
      collect(words, "", chain, _G)
      for word in next, keywords do
        if sub(word, 1, #chain) == chain then
          words[word] = true
        end
      end
    else
      local value = _G
      for name in gmatch(prefix, "[^%.:]+") do
        local from = value ~= nil and members(value)
        value = from and rawget(from, name)
      end
      if value ~= nil and value ~= false then
        collect(words, prefix, start, members(value), sub(prefix, -1) == ":")
      end
    end
  end
  local list = {}
  for word in next, words do
    list[#list + 1] = word
  end
  sort(list)
  list[MOST_SUGGESTIONS + 1] = nil
  return concat(list, "\n", 1, math.min(#list, MOST_SUGGESTIONS))
end

local commands = assert(io.open(dir .. "/commands", "r"))
commands:setvbuf("no")

local function serve()
  if running then
    -- The interrupt came between the code and its end.
    result = result or 130
  end
  if result then
    local code = result
    running, result, exit_code = false, nil, nil
    frame("f", raw.tostring(code))
  end
  while true do
    local line, problem = file_read(commands, "*l")
    if not line then
      if not problem then
        raw.exit(0)
      end
      return
    end
    local path = match(line, "^run (.*)$")
    local id, text_path = match(line, "^complete (%S+) (.*)$")
    if path then
      running, exit_code = true, nil
      result = run(path)
      if result == 130 then
        return
      end
      local code = result
      running, result, exit_code = false, nil, nil
      frame("f", raw.tostring(code))
    elseif id then
      local source = io.open(text_path, "rb")
      local ok, words = raw.pcall(complete, source and file_read(source, "*a") or "")
      if source then
        file_close(source)
      end
      frame("c", id .. "\n" .. (ok and words or ""))
    end
  end
end

-- Called by each chunk of the command line; the first one says that the driver is ready.
local told = false
function polykern_driver()
  raw.pcall(function()
    if not told then
      told = true
      frame("r", "")
    end
    serve()
  end)
end

-- The last chunk.
function polykern_last()
  complain("This interpreter cannot be interrupted more often.")
  raw.exit(130)
end
