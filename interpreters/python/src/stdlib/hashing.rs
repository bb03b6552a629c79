//! The module `_hashing`: message digests under `_md5`, `_sha1`, `_sha2`, `_sha3` and `_blake2`, which are written in Python.
//!
//! Each function takes a whole message. References: RFC 1321, RFC 7693, FIPS 180-4, FIPS 202.
//! The constants of SHA-2 are the first bits of roots of primes, and are computed.

use super::ModuleTable;
use crate::natives;
use crate::object::cast::{self, index_i64};
use crate::object::error::value_error;
use crate::object::{PyResult, bytes, str};
use metajit::heap::Value;
use num_bigint::BigUint;
use num_traits::ToPrimitive;

/// The module.
pub static MODULE: ModuleTable = ModuleTable { name: "_hashing", functions: FUNCTIONS, fill };

fn fill(_: &mut dyn FnMut(&str, Value)) {}

/// The message with a one bit, zeros, and its length in bits in the last `length` bytes of a block.
fn padded(message: &[u8], block: usize, length: usize, big_endian: bool) -> Vec<u8> {
    let mut data = message.to_vec();
    data.push(0x80);
    data.resize((data.len() + length).next_multiple_of(block) - 8, 0);
    let bits = 8 * message.len() as u64;
    data.extend(if big_endian { bits.to_be_bytes() } else { bits.to_le_bytes() });
    data
}

fn words32(block: &[u8], read: fn([u8; 4]) -> u32) -> impl Iterator<Item = u32> {
    block.chunks_exact(4).map(move |b| read(b.try_into().expect("four bytes")))
}

fn words64(block: &[u8], read: fn([u8; 8]) -> u64) -> impl Iterator<Item = u64> {
    block.chunks_exact(8).map(move |b| read(b.try_into().expect("eight bytes")))
}

fn md5(message: &[u8]) -> Vec<u8> {
    const TURNS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let sines: Vec<u32> = (1..=64).map(|i| (f64::from(i).sin().abs() * 2f64.powi(32)) as u32).collect();
    let mut state = [0x6745_2301u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    for block in padded(message, 64, 8, false).chunks_exact(64) {
        let words: Vec<u32> = words32(block, u32::from_le_bytes).collect();
        let [mut a, mut b, mut c, mut d] = state;
        for i in 0..64 {
            let (f, at) = match i / 16 {
                0 => (b & c | !b & d, i),
                1 => (d & b | !d & c, 5 * i + 1),
                2 => (b ^ c ^ d, 3 * i + 5),
                _ => (c ^ (b | !d), 7 * i),
            };
            let sum = a.wrapping_add(f).wrapping_add(sines[i]).wrapping_add(words[at % 16]);
            (a, d, c, b) = (d, c, b, b.wrapping_add(sum.rotate_left(TURNS[i / 16][i % 4])));
        }
        for (s, x) in state.iter_mut().zip([a, b, c, d]) {
            *s = s.wrapping_add(x);
        }
    }
    state.iter().flat_map(|s| s.to_le_bytes()).collect()
}

fn sha1(message: &[u8]) -> Vec<u8> {
    let mut state = [0x6745_2301u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    for block in padded(message, 64, 8, true).chunks_exact(64) {
        let mut words: Vec<u32> = words32(block, u32::from_be_bytes).collect();
        for i in 16..80 {
            words.push((words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16]).rotate_left(1));
        }
        let [mut a, mut b, mut c, mut d, mut e] = state;
        for (i, word) in words.iter().enumerate() {
            let (f, k) = match i / 20 {
                0 => (b & c | !b & d, 0x5a82_7999),
                1 => (b ^ c ^ d, 0x6ed9_eba1),
                2 => (b & c | b & d | c & d, 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6u32),
            };
            let sum = a.rotate_left(5).wrapping_add(f).wrapping_add(e).wrapping_add(k).wrapping_add(*word);
            (e, d, c, b, a) = (d, c, b.rotate_left(30), a, sum);
        }
        for (s, x) in state.iter_mut().zip([a, b, c, d, e]) {
            *s = s.wrapping_add(x);
        }
    }
    state.iter().flat_map(|s| s.to_be_bytes()).collect()
}

fn primes() -> impl Iterator<Item = u32> {
    (2u32..).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0))
}

/// The first 64 bits of the fractional part of the `degree`-th root.
fn root_bits(n: u32, degree: u32) -> u64 {
    let scaled = BigUint::from(n) << (64 * degree);
    (scaled.nth_root(degree) % (BigUint::from(1u8) << 64u8)).to_u64().expect("it is below 2^64")
}

/// SHA-512 and its shorter forms (`wide`), SHA-256 and its own, from a state.
fn sha2(message: &[u8], wide: bool, mut state: [u64; 8]) -> [u64; 8] {
    let rounds = if wide { 80 } else { 64 };
    let constants: Vec<u64> = primes().take(rounds).map(|p| root_bits(p, 3)).collect();
    if wide {
        for block in padded(message, 128, 16, true).chunks_exact(128) {
            let mut w: Vec<u64> = words64(block, u64::from_be_bytes).collect();
            for i in 16..80 {
                let s0 = w[i - 15].rotate_right(1) ^ w[i - 15].rotate_right(8) ^ w[i - 15] >> 7;
                let s1 = w[i - 2].rotate_right(19) ^ w[i - 2].rotate_right(61) ^ w[i - 2] >> 6;
                w.push(w[i - 16].wrapping_add(s0).wrapping_add(w[i - 7]).wrapping_add(s1));
            }
            let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
            for i in 0..80 {
                let s1 = e.rotate_right(14) ^ e.rotate_right(18) ^ e.rotate_right(41);
                let t1 = h
                    .wrapping_add(s1)
                    .wrapping_add(e & f ^ !e & g)
                    .wrapping_add(constants[i])
                    .wrapping_add(w[i]);
                let s0 = a.rotate_right(28) ^ a.rotate_right(34) ^ a.rotate_right(39);
                let t2 = s0.wrapping_add(a & b ^ a & c ^ b & c);
                (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(t1), c, b, a, t1.wrapping_add(t2));
            }
            for (s, x) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
                *s = s.wrapping_add(x);
            }
        }
        return state;
    }
    let constants: Vec<u32> = constants.iter().map(|k| (k >> 32) as u32).collect();
    let mut narrow = state.map(|s| s as u32);
    for block in padded(message, 64, 8, true).chunks_exact(64) {
        let mut w: Vec<u32> = words32(block, u32::from_be_bytes).collect();
        for i in 16..64 {
            let s0 = w[i - 15].rotate_right(7) ^ w[i - 15].rotate_right(18) ^ w[i - 15] >> 3;
            let s1 = w[i - 2].rotate_right(17) ^ w[i - 2].rotate_right(19) ^ w[i - 2] >> 10;
            w.push(w[i - 16].wrapping_add(s0).wrapping_add(w[i - 7]).wrapping_add(s1));
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = narrow;
        for i in 0..64 {
            let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let t1 =
                h.wrapping_add(s1).wrapping_add(e & f ^ !e & g).wrapping_add(constants[i]).wrapping_add(w[i]);
            let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let t2 = s0.wrapping_add(a & b ^ a & c ^ b & c);
            (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(t1), c, b, a, t1.wrapping_add(t2));
        }
        for (s, x) in narrow.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *s = s.wrapping_add(x);
        }
    }
    narrow.map(u64::from)
}

/// The bits of the square roots of eight primes from the `first` on.
fn roots(first: usize) -> [u64; 8] {
    let mut found = primes().skip(first).map(|p| root_bits(p, 2));
    std::array::from_fn(|_| found.next().expect("there is always another prime"))
}

fn sha2_family(message: &[u8], bits: usize) -> Vec<u8> {
    let words32 = |state: [u64; 8]| state.iter().flat_map(|s| (*s as u32).to_be_bytes()).collect::<Vec<u8>>();
    let words64 = |state: [u64; 8]| state.iter().flat_map(|s| s.to_be_bytes()).collect::<Vec<u8>>();
    let mut digest = match bits {
        224 => words32(sha2(message, false, roots(8).map(|r| r & 0xFFFF_FFFF))),
        256 => words32(sha2(message, false, roots(0).map(|r| r >> 32))),
        384 => words64(sha2(message, true, roots(8))),
        _ => words64(sha2(message, true, roots(0))),
    };
    digest.truncate(bits / 8);
    digest
}

/// Keccak with a rate in bytes, a domain byte, and so many bytes of output.
fn keccak(message: &[u8], rate: usize, domain: u8, out_len: usize) -> Vec<u8> {
    let mut data = message.to_vec();
    data.push(domain);
    data.resize(data.len().next_multiple_of(rate), 0);
    *data.last_mut().expect("at least one block") |= 0x80;
    let mut state = [0u64; 25];
    for block in data.chunks_exact(rate) {
        for (lane, word) in state.iter_mut().zip(words64(block, u64::from_le_bytes)) {
            *lane ^= word;
        }
        keccak_f(&mut state);
    }
    let mut out = Vec::new();
    loop {
        out.extend(state.iter().flat_map(|lane| lane.to_le_bytes()).take(rate));
        if out.len() >= out_len {
            out.truncate(out_len);
            return out;
        }
        keccak_f(&mut state);
    }
}

fn keccak_f(a: &mut [u64; 25]) {
    // The round constants come from a shift register of eight bits.
    let mut register = 1u8;
    for _ in 0..24 {
        let columns: [u64; 5] = std::array::from_fn(|x| (0..5).fold(0, |c, y| c ^ a[x + 5 * y]));
        for (i, lane) in a.iter_mut().enumerate() {
            *lane ^= columns[(i % 5 + 4) % 5] ^ columns[(i % 5 + 1) % 5].rotate_left(1);
        }
        let (mut x, mut y, mut current) = (1usize, 0usize, a[1]);
        for t in 0..24u32 {
            (x, y) = (y, (2 * x + 3 * y) % 5);
            let moved = current.rotate_left((t + 1) * (t + 2) / 2 % 64);
            current = a[x + 5 * y];
            a[x + 5 * y] = moved;
        }
        for row in a.chunks_exact_mut(5) {
            let old: [u64; 5] = std::array::from_fn(|i| row[i]);
            for i in 0..5 {
                row[i] = old[i] ^ !old[(i + 1) % 5] & old[(i + 2) % 5];
            }
        }
        for j in 0..7 {
            if register & 1 == 1 {
                a[0] ^= 1 << ((1u64 << j) - 1);
            }
            register = register << 1 ^ if register >> 7 == 1 { 0x71 } else { 0 };
        }
    }
}

const SIGMA: [[usize; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/// BLAKE2 with a key: `2b` on 64-bit words, `2s` on 32-bit ones.
macro_rules! blake2 {
    ($name:ident $word:ty, $rounds:literal, $turns:expr, $shift:literal) => {
        fn $name(message: &[u8], key: &[u8], out_len: usize) -> Vec<u8> {
            const BYTES: usize = size_of::<$word>();
            let initial: [$word; 8] = roots(0).map(|r| (r >> $shift) as $word);
            let mut state = initial;
            state[0] ^= (0x0101_0000 | key.len() << 8 | out_len) as $word;
            let mut data = Vec::new();
            if !key.is_empty() {
                data.extend(key);
                data.resize(16 * BYTES, 0);
            }
            data.extend(message);
            let blocks = data.len().div_ceil(16 * BYTES).max(1);
            let total = data.len();
            data.resize(blocks * 16 * BYTES, 0);
            for (i, block) in data.chunks_exact(16 * BYTES).enumerate() {
                let m: Vec<$word> = block
                    .chunks_exact(BYTES)
                    .map(|b| <$word>::from_le_bytes(b.try_into().expect("one word")))
                    .collect();
                let mut v: Vec<$word> = state.iter().chain(&initial).copied().collect();
                v[12] ^= total.min((i + 1) * 16 * BYTES) as $word;
                if i + 1 == blocks {
                    v[14] = !v[14];
                }
                for round in 0..$rounds {
                    let s = &SIGMA[round % 10];
                    let quads = [
                        [0, 4, 8, 12],
                        [1, 5, 9, 13],
                        [2, 6, 10, 14],
                        [3, 7, 11, 15],
                        [0, 5, 10, 15],
                        [1, 6, 11, 12],
                        [2, 7, 8, 13],
                        [3, 4, 9, 14],
                    ];
                    for (n, [a, b, c, d]) in quads.into_iter().enumerate() {
                        for (half, word) in [m[s[2 * n]], m[s[2 * n + 1]]].into_iter().enumerate() {
                            v[a] = v[a].wrapping_add(v[b]).wrapping_add(word);
                            v[d] = (v[d] ^ v[a]).rotate_right($turns[2 * half]);
                            v[c] = v[c].wrapping_add(v[d]);
                            v[b] = (v[b] ^ v[c]).rotate_right($turns[2 * half + 1]);
                        }
                    }
                }
                for n in 0..8 {
                    state[n] ^= v[n] ^ v[n + 8];
                }
            }
            let mut out: Vec<u8> = state.iter().flat_map(|s| s.to_le_bytes()).collect();
            out.truncate(out_len);
            out
        }
    };
}

blake2! { blake2b u64, 12, [32, 24, 16, 63], 0 }
blake2! { blake2s u32, 10, [16, 12, 8, 7], 32 }

/// `digest(name, message, length, key)`: the digest of a message; length and key count for some algorithms only.
fn digest(args: &[Value]) -> PyResult {
    let name = str::as_str(cast::expect_str(args[0], "digest()")?);
    let (message, key) = (bytes::expect(args[1])?, bytes::expect(args[3])?);
    let len = index_i64(args[2])?.clamp(0, 1 << 29) as usize;
    Ok(bytes::new(&match name {
        "md5" => md5(message),
        "sha1" => sha1(message),
        "sha224" | "sha256" | "sha384" | "sha512" => sha2_family(message, 8 * len),
        "sha3_224" | "sha3_256" | "sha3_384" | "sha3_512" => keccak(message, 200 - 2 * len, 0x06, len),
        "shake_128" => keccak(message, 168, 0x1F, len),
        "shake_256" => keccak(message, 136, 0x1F, len),
        "blake2b" => blake2b(message, key, len),
        "blake2s" => blake2s(message, key, len),
        other => return Err(value_error(format!("unsupported hash type {other}"))),
    }))
}

natives! {
    static FUNCTIONS;
    "digest" Slice(digest) 4..4 [Reads];
}
