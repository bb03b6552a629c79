local a = {}
local b = {}
local values = nil
local n = 0
local i = 0
while i < 100000000 do
  if i == 7 then n = n + 1 end
  if i ~= n then n = n + 1 end
  if a == b then n = n + 1 end
  if a == a then n = n + 1 end
  if values == nil then n = n + 1 end
  if n == "text" then n = n + 1 end
  if true == false then n = n + 1 end
  values = i == 3
  i = i + 1
end
print(n)
