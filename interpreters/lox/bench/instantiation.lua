local Empty = {}
Empty.__index = Empty
function Empty:init() return self end
local function new_empty() return setmetatable({}, Empty):init() end
local Plain = {}
Plain.__index = Plain
local function new_plain() return setmetatable({}, Plain) end

local function make(n)
  local last = nil
  local i = 0
  while i < n do
    new_empty()
    new_empty()
    new_plain()
    new_plain()
    last = new_empty()
    last = new_plain()
    i = i + 1
  end
  return last
end
make(100000000)
print("Plain instance")
