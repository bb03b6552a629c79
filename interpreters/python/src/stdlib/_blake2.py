# The hashes of the BLAKE2 family.

from _digests import blake2b, blake2s
