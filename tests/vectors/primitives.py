"""The cryptography of docs/format.md, section 2.4, for the reader and the writer beside this file: libsodium and libzstd by ctypes.

SNAPFS_LIBSODIUM names the file of libsodium 1.0.22; without it that of the system is taken, or that of the NuGet package `libsodium`.
"""
import ctypes, glob, hashlib, hmac, os, platform, struct

def load_sodium():
    packages = os.environ.get("NUGET_PACKAGES") or os.path.expanduser("~/.nuget/packages")
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    found = sorted(glob.glob(os.path.join(packages, "libsodium", "*", "runtimes", "linux-" + machine, "native", "libsodium.so")))
    named = os.environ.get("SNAPFS_LIBSODIUM")
    for path in [named] if named else ["libsodium.so.26"] + found[::-1]:
        try:
            library = ctypes.CDLL(path)
            library.crypto_kem_xwing_dec
            return library
        except (OSError, AttributeError):
            pass
    raise SystemExit("libsodium 1.0.22 is needed; SNAPFS_LIBSODIUM can name it")

sodium = load_sodium()
zstd = ctypes.CDLL("libzstd.so.1")
sodium.sodium_init()
zstd.ZSTD_decompress.restype = zstd.ZSTD_findFrameCompressedSize.restype = ctypes.c_size_t
zstd.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
Long, Size, Buffer = ctypes.c_ulonglong, ctypes.c_size_t, ctypes.create_string_buffer

class Damaged(Exception): pass
class Newer(Exception): pass

def need(condition, finding):
    if not condition:
        raise Damaged(finding)

def u32(n): return struct.pack("<I", n)
def lp(data): return u32(len(data)) + data
def sha(data): return hashlib.sha256(data).digest()
def mac(key, data): return hmac.digest(key, data, "sha256")

def derive(secret, purpose, context=b"", length=32):
    """HKDF-SHA-256."""
    info, key, block, result = lp(b"snapfs") + lp(purpose.encode()) + lp(context), mac(bytes(32), secret), b"", b""
    for i in range(1, -(-length // 32) + 1):
        block = mac(key, block + info + bytes([i]))
        result += block
    return result[:length]

def gcm(key, nonce, plain, aad):
    need(sodium.crypto_aead_aes256gcm_is_available(), "this machine has no AES instructions")
    out = Buffer(len(plain) + 16)
    sodium.crypto_aead_aes256gcm_encrypt(out, None, plain, Long(len(plain)), aad, Long(len(aad)), None, nonce, key)
    return out.raw

def gcm_open(key, nonce, data, aad):
    need(sodium.crypto_aead_aes256gcm_is_available(), "this machine has no AES instructions")
    need(len(data) >= 16, "a sealed message is too short")
    plain = Buffer(max(len(data) - 16, 1))
    need(0 == sodium.crypto_aead_aes256gcm_decrypt(
        plain, None, None, data, Long(len(data)), aad, Long(len(aad)), nonce, key), "a tag does not match")
    return plain.raw[:len(data) - 16]

def seal_nonce(key, aad, plain): return mac(derive(key, "seal-nonce"), lp(aad) + lp(plain))[:12]

def seal(key, aad, plain):
    nonce = seal_nonce(key, aad, plain)
    return nonce + gcm(derive(key, "seal-key"), nonce, plain, aad)

def seal_open(key, aad, data):
    plain = gcm_open(derive(key, "seal-key"), data[:12], data[12:], aad)
    need(data[:12] == seal_nonce(key, aad, plain), "a nonce is not the one of its content")
    return plain

def box(public, context, plain, seed):
    """The seed of 64 bytes takes the place of chance; never use one twice."""
    c, s = Buffer(1120), Buffer(32)
    need(0 == sodium.crypto_kem_xwing_enc_deterministic(c, s, public, seed), "no key to seal to")
    return c.raw + seal(derive(s.raw, "box", context), b"", plain)

def box_open(seed, context, data):
    need(len(data) >= 1148, "a box is too short")
    s = Buffer(32)
    need(0 == sodium.crypto_kem_xwing_dec(s, data[:1120], seed), "a box does not open")
    return seal_open(derive(s.raw, "box", context), b"", data[1120:])

def recipient_key(seed):
    public, private = Buffer(1216), Buffer(32)
    sodium.crypto_kem_xwing_seed_keypair(public, private, seed)
    return public.raw

def signer_key(seed):
    public, private = Buffer(32), Buffer(64)
    sodium.crypto_sign_seed_keypair(public, private, seed)
    return public.raw

def key_id(public): return sha(public)[:16]

def signed_message(repository, kind, data): return lp(b"snapfs signature") + lp(repository) + bytes([kind]) + sha(data)

def sign(seed, repository, kind, data):
    public, private, signature = Buffer(32), Buffer(64), Buffer(64)
    sodium.crypto_sign_seed_keypair(public, private, seed)
    message = signed_message(repository, kind, data)
    sodium.crypto_sign_detached(signature, None, message, Long(len(message)), private)
    return signature.raw

def signed_by(public, repository, kind, data, signature):
    message = signed_message(repository, kind, data)
    return len(signature) == 64 and 0 == sodium.crypto_sign_verify_detached(signature, message, Long(len(message)), public)

def argon2id(passphrase, salt, memory_kib, passes):
    """The 32 bytes, or None on a machine without so much memory."""
    key = Buffer(32)
    failed = sodium.crypto_pwhash(key, Long(32), passphrase, Long(len(passphrase)), salt, Long(passes), Size(memory_kib * 1024), 2)
    return None if failed else key.raw

def padme(length):
    if length < 2:
        return length
    e = length.bit_length() - 1
    zeros = max(0, e - e.bit_length())
    return -(-length >> zeros) << zeros

def pad(content): return (u32(len(content)) + content).ljust(padme(4 + len(content)), b"\0")

def unpad(data):
    need(len(data) >= 4, "too short for its filler")
    end = 4 + struct.unpack("<I", data[:4])[0]
    need(end <= len(data) == padme(end) and not any(data[end:]), "the filler is wrong")
    return data[4:end]

def decompress(data, length):
    """One zstd frame of that many plain bytes."""
    out = Buffer(max(length, 1))
    need(zstd.ZSTD_findFrameCompressedSize(data, Size(len(data))) == len(data)
         and zstd.ZSTD_decompress(out, Size(length), data, Size(len(data))) == length, "not one zstd frame of that length")
    return out.raw[:length]
