local Body = {}
Body.__index = Body
local function new(x, y, z, vx, vy, vz, mass, next)
  return setmetatable({x = x, y = y, z = z, vx = vx, vy = vy, vz = vz, mass = mass, next = next}, Body)
end

local function root(x)
  local r = x
  if r < 1 then r = 1 end
  r = (r + x / r) / 2
  r = (r + x / r) / 2
  r = (r + x / r) / 2
  r = (r + x / r) / 2
  r = (r + x / r) / 2
  r = (r + x / r) / 2
  return r
end

local function advance(bodies, dt)
  local a = bodies
  while a ~= nil do
    local b = a.next
    while b ~= nil do
      local dx = a.x - b.x
      local dy = a.y - b.y
      local dz = a.z - b.z
      local square = dx * dx + dy * dy + dz * dz
      local mag = dt / (square * root(square))
      a.vx = a.vx - dx * b.mass * mag
      a.vy = a.vy - dy * b.mass * mag
      a.vz = a.vz - dz * b.mass * mag
      b.vx = b.vx + dx * a.mass * mag
      b.vy = b.vy + dy * a.mass * mag
      b.vz = b.vz + dz * a.mass * mag
      b = b.next
    end
    a = a.next
  end
  a = bodies
  while a ~= nil do
    a.x = a.x + dt * a.vx
    a.y = a.y + dt * a.vy
    a.z = a.z + dt * a.vz
    a = a.next
  end
end

local bodies = nil
bodies = new(15.379697114850917, -25.919314609987964, 0.17925877295037118, 0.979090732243898, 0.5946989986476761, -0.034755955550407815, 0.0020336868699246304, bodies)
bodies = new(12.894369562139131, -15.111151401698631, -0.22330757889265573, 1.0827910064415354, 0.8687130181696082, -0.010832637401363636, 0.001723724057059711, bodies)
bodies = new(8.34336671824458, 4.124798564124305, -0.4035234171143214, -1.0107743461787924, 1.8256623712304119, 0.008415761376584154, 0.011286326131968767, bodies)
bodies = new(4.841431442464721, -1.1603200440274284, -0.10362204447112311, 0.606326392995832, 2.81198684491626, -0.02521836165988763, 0.03769367487038949, bodies)
bodies = new(0, 0, 0, 0, 0, 0, 39.47841760435743, bodies)
local i = 0
while i < 1000000 do
  advance(bodies, 0.01)
  i = i + 1
end
print(string.format("%g", bodies.x))
print(string.format("%g", bodies.next.x))
