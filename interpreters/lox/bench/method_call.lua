local Toggle = {}
Toggle.__index = Toggle
function Toggle.init(self, state) self.state = state return self end
function Toggle:value() return self.state end
function Toggle:activate()
  self.state = not self.state
  return self
end
local NthToggle = setmetatable({}, {__index = Toggle})
NthToggle.__index = NthToggle
function NthToggle.init(self, state, most)
  Toggle.init(self, state)
  self.most = most
  self.count = 0
  return self
end
function NthToggle:activate()
  self.count = self.count + 1
  if self.count >= self.most then
    Toggle.activate(self)
    self.count = 0
  end
  return self
end

local function main(n)
  local value = true
  local toggle = Toggle.init(setmetatable({}, Toggle), value)
  local nth = NthToggle.init(setmetatable({}, NthToggle), value, 3)
  local trues = 0
  local i = 0
  while i < n do
    if toggle:activate():value() then trues = trues + 1 end
    if toggle:activate():value() then trues = trues + 1 end
    if nth:activate():value() then trues = trues + 1 end
    if nth:activate():value() then trues = trues + 1 end
    i = i + 1
  end
  return trues
end
print(string.format("%g", main(20000000)))
