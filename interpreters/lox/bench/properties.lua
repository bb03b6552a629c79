local Wide = {}
Wide.__index = Wide
local function new()
  local t = setmetatable({}, Wide)
  t.f0 = 1
  t.f1 = 1
  t.f2 = 1
  t.f3 = 1
  t.f4 = 1
  t.f5 = 1
  t.f6 = 1
  t.f7 = 1
  t.f8 = 1
  t.f9 = 1
  t.f10 = 1
  t.f11 = 1
  t.f12 = 1
  t.f13 = 1
  t.f14 = 1
  t.f15 = 1
  return t
end
function Wide:get0() return self.f0 end
function Wide:set0(x) self.f0 = x end
function Wide:get1() return self.f1 end
function Wide:set1(x) self.f1 = x end
function Wide:get2() return self.f2 end
function Wide:set2(x) self.f2 = x end
function Wide:get3() return self.f3 end
function Wide:set3(x) self.f3 = x end
function Wide:get4() return self.f4 end
function Wide:set4(x) self.f4 = x end
function Wide:get5() return self.f5 end
function Wide:set5(x) self.f5 = x end
function Wide:get6() return self.f6 end
function Wide:set6(x) self.f6 = x end
function Wide:get7() return self.f7 end
function Wide:set7(x) self.f7 = x end
function Wide:get8() return self.f8 end
function Wide:set8(x) self.f8 = x end
function Wide:get9() return self.f9 end
function Wide:set9(x) self.f9 = x end
function Wide:get10() return self.f10 end
function Wide:set10(x) self.f10 = x end
function Wide:get11() return self.f11 end
function Wide:set11(x) self.f11 = x end
function Wide:get12() return self.f12 end
function Wide:set12(x) self.f12 = x end
function Wide:get13() return self.f13 end
function Wide:set13(x) self.f13 = x end
function Wide:get14() return self.f14 end
function Wide:set14(x) self.f14 = x end
function Wide:get15() return self.f15 end
function Wide:set15(x) self.f15 = x end

local wide = new()
local i = 0
while i < 20000000 do
  wide:set1(wide:get0() + 1)
  wide:set2(wide:get1() + 1)
  wide:set3(wide:get2() + 1)
  wide:set4(wide:get3() + 1)
  wide:set5(wide:get4() + 1)
  wide:set6(wide:get5() + 1)
  wide:set7(wide:get6() + 1)
  wide:set8(wide:get7() + 1)
  wide:set9(wide:get8() + 1)
  wide:set10(wide:get9() + 1)
  wide:set11(wide:get10() + 1)
  wide:set12(wide:get11() + 1)
  wide:set13(wide:get12() + 1)
  wide:set14(wide:get13() + 1)
  wide:set15(wide:get14() + 1)
  wide:set0(wide:get15() + 1)
  i = i + 1
end
print(wide:get0())
