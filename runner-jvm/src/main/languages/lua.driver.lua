-- Minimal stand-in (first delivery).
local dir, token = arg[1], arg[2]
local mark = "\30" .. token
local function frame(kind, body)
  io.stdout:flush()
  io.stdout:write(mark .. kind .. #body .. "\n" .. body)
  io.stdout:flush()
end
local commands = assert(io.open(dir .. "/commands", "r"))
frame("r", "")
for line in commands:lines() do
  local path = line:match("^run (.+)$")
  if path then
    local f = assert(io.open(path, "rb")); local text = f:read("*a"); f:close()
    local load = loadstring or load
    local chunk, problem = load("return " .. text, "=snippet")
    if not chunk then chunk, problem = load(text, "=snippet") end
    local code = 0
    if not chunk then io.stderr:write(problem, "\n"); code = 1
    else
      local result = table.pack(xpcall(chunk, debug.traceback))
      if not result[1] then io.stderr:write(tostring(result[2]), "\n"); code = 1
      elseif result.n > 1 then print(table.unpack(result, 2, result.n)) end
    end
    frame("f", tostring(code))
  else
    local id = line:match("^complete (%S+)")
    frame("c", id .. "\nprint")
  end
end
