# The hash MD5.

from _digests import md5
