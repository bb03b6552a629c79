# Bytes as text.

import _binascii


class Error(ValueError):
    pass


class Incomplete(Exception):
    pass


def b2a_base64(data, /, *, newline=True):
    encoded = _binascii.b2a_base64(data)
    return encoded + b"\n" if newline else encoded


def a2b_base64(data, /, *, strict_mode=False):
    return _binascii.a2b_base64(data, strict_mode)


def hexlify(data, sep=None, bytes_per_sep=1):
    data = bytes(data)
    return (data.hex() if sep is None else data.hex(sep, bytes_per_sep)).encode()


b2a_hex = hexlify


def unhexlify(hexstr, /):
    return _binascii.unhexlify(hexstr)


a2b_hex = unhexlify


def crc32(data, crc=0, /):
    return _binascii.crc32(data, crc)


def crc_hqx(data, crc, /):
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ (0x1021 if crc & 0x8000 else 0)) & 0xFFFF
    return crc
