local Tree = {}
Tree.__index = Tree
local function new(depth)
  local t = setmetatable({depth = depth}, Tree)
  if depth > 0 then
    t.left = new(depth - 1)
    t.right = new(depth - 1)
  end
  return t
end
function Tree:count()
  if self.depth == 0 then return 1 end
  return 1 + self.left:count() + self.right:count()
end

local most = 15
local long = new(most)
local sum = 0
local rounds = 32768
local depth = 4
while depth <= most do
  local i = 0
  while i < rounds do
    sum = sum + new(depth):count()
    i = i + 1
  end
  rounds = rounds / 4
  depth = depth + 2
end
print(sum)
print(long:count())
