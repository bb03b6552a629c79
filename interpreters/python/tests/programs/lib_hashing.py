# hashlib, binascii, base64.
import base64
import binascii
import hashlib

for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "sha3_512", "blake2b", "blake2s"):
    for message in (b"", b"abc", b"x" * 200):
        h = hashlib.new(name, message)
        print(name, h.digest_size, h.block_size, h.hexdigest())
h = hashlib.sha256(b"part one")
h.update(b", part two")
c = h.copy()
c.update(b"!")
print(h.hexdigest(), c.hexdigest(), h.name)
print(hashlib.shake_128(b"abc").hexdigest(20), hashlib.shake_256(b"abc").hexdigest(300)[-20:])
print(hashlib.blake2b(b"abc", digest_size=20, key=b"secret").hexdigest())
print(binascii.hexlify(b"\x00\xff"), binascii.unhexlify("00ff"), binascii.crc32(b"hello"), base64.b64encode(b"any carnal pleas"))
print(base64.b64decode("YW55IGNhcm5hbCBwbGVhcw=="), base64.b16encode(b"hi"), base64.urlsafe_b64encode(b"\xfb\xff"), base64.b32encode(b"hi"))
for bad in (lambda: base64.b64decode("abc"), lambda: binascii.unhexlify("abc"), lambda: binascii.unhexlify("zz")):
    try:
        bad()
    except binascii.Error as error:
        print(error)
