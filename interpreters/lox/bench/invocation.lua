local Many = {}
Many.__index = Many
function Many:m0() end
function Many:m1() end
function Many:m2() end
function Many:m3() end
function Many:m4() end
function Many:m5() end
function Many:m6() end
function Many:m7() end
function Many:m8() end
function Many:m9() end
function Many:m10() end
function Many:m11() end
function Many:m12() end
function Many:m13() end
function Many:m14() end
function Many:m15() end
function Many:m16() end
function Many:m17() end
function Many:m18() end
function Many:m19() end

local many = setmetatable({}, Many)
local i = 0
while i < 50000000 do
  many:m0()
  many:m1()
  many:m2()
  many:m3()
  many:m4()
  many:m5()
  many:m6()
  many:m7()
  many:m8()
  many:m9()
  many:m10()
  many:m11()
  many:m12()
  many:m13()
  many:m14()
  many:m15()
  many:m16()
  many:m17()
  many:m18()
  many:m19()
  i = i + 1
end
print("Many instance")
