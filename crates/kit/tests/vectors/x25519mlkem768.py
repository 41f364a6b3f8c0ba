"""Makes x25519mlkem768.json with implementations that are not ours.

ML-KEM-768 key generation and decapsulation, and X25519, come from pyca/cryptography 48 (OpenSSL);
encapsulation with a chosen message is the plain FIPS 203 code below, accepted only when OpenSSL
decapsulates what it made. Run: python3 x25519mlkem768.py > x25519mlkem768.json
"""
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric import mlkem, x25519

Q, K = 3329, 3
ZETAS = [pow(17, int(f"{i:07b}"[::-1], 2), Q) for i in range(128)]


def ntt(f):
    f, i, length = f[:], 1, 128
    while length >= 2:
        for start in range(0, 256, 2 * length):
            zeta, i = ZETAS[i], i + 1
            for j in range(start, start + length):
                t = zeta * f[j + length] % Q
                f[j + length], f[j] = (f[j] - t) % Q, (f[j] + t) % Q
        length //= 2
    return f


def inverse_ntt(f):
    f, i, length = f[:], 127, 2
    while length <= 128:
        for start in range(0, 256, 2 * length):
            zeta, i = ZETAS[i], i - 1
            for j in range(start, start + length):
                t = f[j]
                f[j], f[j + length] = (t + f[j + length]) % Q, zeta * (f[j + length] - t) % Q
        length *= 2
    return [x * 3303 % Q for x in f]


def multiply(f, g):
    h = [0] * 256
    for i in range(128):
        gamma = pow(17, 2 * int(f"{i:07b}"[::-1], 2) + 1, Q)
        a0, a1, b0, b1 = f[2 * i], f[2 * i + 1], g[2 * i], g[2 * i + 1]
        h[2 * i], h[2 * i + 1] = (a0 * b0 + a1 * b1 * gamma) % Q, (a0 * b1 + a1 * b0) % Q
    return h


def add(*polys):
    return [sum(c) % Q for c in zip(*polys)]


def bits(data):
    return [byte >> i & 1 for byte in data for i in range(8)]


def encode(values, d):
    out = [v >> i & 1 for v in values for i in range(d)]
    return bytes(sum(b << i for i, b in enumerate(out[n : n + 8])) for n in range(0, len(out), 8))


def decode(data, d):
    b = bits(data)
    return [sum(b[n + i] << i for i in range(d)) for n in range(0, len(b), d)]


def compress(values, d):
    return [((v << d) + Q // 2) // Q % (1 << d) for v in values]


def sample_ntt(seed):
    stream, out, n = hashlib.shake_128(seed).digest(3 * 1024), [], 0
    while len(out) < 256:
        a, b, c = stream[n : n + 3]
        out += [d for d in (a + 256 * (b % 16), b // 16 + 16 * c) if d < Q]
        n += 3
    return out[:256]


def cbd2(seed, nonce):
    b = bits(hashlib.shake_256(seed + bytes([nonce])).digest(128))
    return [(b[4 * i] + b[4 * i + 1] - b[4 * i + 2] - b[4 * i + 3]) % Q for i in range(256)]


def encapsulate(ek, m):
    g = hashlib.sha3_512(m + hashlib.sha3_256(ek).digest()).digest()
    secret, r = g[:32], g[32:]
    t = [decode(ek[384 * i : 384 * (i + 1)], 12) for i in range(K)]
    rho = ek[384 * K :]
    y = [ntt(cbd2(r, n)) for n in range(K)]
    e1, e2 = [cbd2(r, K + n) for n in range(K)], cbd2(r, 2 * K)
    u = [
        add(inverse_ntt(add(*(multiply(sample_ntt(rho + bytes([i, j])), y[j]) for j in range(K)))), e1[i])
        for i in range(K)
    ]
    mu = [b * 1665 for b in bits(m)]
    v = add(inverse_ntt(add(*(multiply(t[i], y[i]) for i in range(K)))), e2, mu)
    return b"".join(encode(compress(p, 10), 10) for p in u) + encode(compress(v, 4), 4), secret


def derived(label, length):
    return hashlib.shake_256(label.encode()).digest(length)


def vector(name):
    seed, m = derived(name + " seed", 64), derived(name + " message", 32)
    client_x = x25519.X25519PrivateKey.from_private_bytes(derived(name + " client", 32))
    server_x = x25519.X25519PrivateKey.from_private_bytes(derived(name + " server", 32))
    key = mlkem.MLKEM768PrivateKey.from_seed_bytes(seed)
    ek = key.public_key().public_bytes_raw()
    ciphertext, secret = encapsulate(ek, m)
    assert key.decapsulate(ciphertext) == secret
    classical = client_x.exchange(server_x.public_key())
    assert classical == server_x.exchange(client_x.public_key())
    return {
        "seed": seed.hex(),
        "message": m.hex(),
        "client_x25519": client_x.public_key().public_bytes_raw().hex(),
        "server_x25519": server_x.public_key().public_bytes_raw().hex(),
        "x25519_secret": classical.hex(),
        "client_share": (ek + client_x.public_key().public_bytes_raw()).hex(),
        "server_share": (ciphertext + server_x.public_key().public_bytes_raw()).hex(),
        "shared_secret": (secret + classical).hex(),
    }


print(json.dumps([vector(f"vector {n}") for n in range(4)], indent=1))
