local a = "an animal in the zoo"
local b = "another animal in the zoo"
local made = "an animal" .. " in the zoo"
local n = 0
local i = 0
while i < 100000000 do
  if a == b then n = n + 1 end
  if a == made then n = n + 1 end
  if b == made then n = n + 1 end
  if a == "an animal in the zoo" then n = n + 1 end
  if a ~= b then n = n + 1 end
  if made ~= "x" then n = n + 1 end
  if a == nil then n = n + 1 end
  if made == a then local t = a; a = made; made = t end
  i = i + 1
end
print(n / 1000)
