from ..  import sub
from package import sub as again
print("deep", __name__, sub is again)
X = 5
