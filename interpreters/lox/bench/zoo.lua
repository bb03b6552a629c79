local Zoo = {}
Zoo.__index = Zoo
local function new()
  return setmetatable({ant = 1, bat = 1, cat = 1, dog = 1, eel = 1, fox = 1}, Zoo)
end
function Zoo:ants() return self.ant end
function Zoo:bats() return self.bat end
function Zoo:cats() return self.cat end
function Zoo:dogs() return self.dog end
function Zoo:eels() return self.eel end
function Zoo:foxs() return self.fox end

local zoo = new()
local sum = 0
while sum < 300000000 do
  sum = sum + zoo:ants() + zoo:bats() + zoo:cats() + zoo:dogs() + zoo:eels() + zoo:foxs()
end
print(sum / 1000)
