# The hashes of the SHA-2 family.

from _digests import sha224, sha256, sha384, sha512
