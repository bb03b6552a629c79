import sys
print("out")
try:
    sys.exit(5)
finally:
    print("finally")
