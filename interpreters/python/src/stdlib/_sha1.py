# The hash SHA-1.

from _digests import sha1
