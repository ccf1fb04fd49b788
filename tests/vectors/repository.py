"""What of a repository counts (docs/format.md, sections 2.1, 3.2, 3.3, 6 and 10), and the way from a snapshot to its files."""
import os, re
from collections import OrderedDict
from read import *

HEX = "[0-9a-f]{64}"

class Domain:
    """The keys of a domain as far as they are known: index keys by epoch, seeds by (epoch, kind)."""
    def __init__(self, id, secret, entries, seeds):
        self.id, self.secret, self.newest = id, secret, entries[-1][0]
        self.index = {entry[0]: entry[1] for entry in entries}
        self.seeds = {(entry[0], kind): pair[2 - kind] for entry, pair in zip(entries, seeds) for kind in (2, 1)}
        self.may_read = bool(seeds)

    def index_key(self, epoch):
        need(epoch in self.index, f"of epoch {epoch}, whose keys are not known")
        return self.index[epoch]

class Repository:
    """Opened with a passphrase, or `@` and the path of a key file. What does not count is in `ignored`, by path."""

    def __init__(self, directory, key):
        self.directory, self.ignored, self.recovered = directory, {}, set()
        configs, self.unreadable = self.configs(), self.ignored
        if key.startswith("@"):
            self.role, id, self.secret = read_key_file(open(key[1:], "rb").read())
            need(id in configs, "no config of this key file")
        else:
            self.role, (id, self.secret) = "administrator", self.try_slots(configs, key.encode())
        self.select(id, configs[id])
        self.open_secrets()

    def select(self, id, config):
        """Takes one of the repositories in this place."""
        self.id, self.config, self.ignored = id, config, dict(self.unreadable)
        self.read_keys()

    # -- objects

    def read(self, path):
        with open(os.path.join(self.directory, path), "rb") as file:
            return file.read()

    def names(self, folder, pattern=HEX):
        """Paths of the objects in a folder; anything else there is ignored."""
        at = os.path.join(self.directory, folder)
        found = sorted(os.listdir(at)) if os.path.isdir(at) else []
        return [folder + "/" + name for name in found if re.fullmatch(pattern, name) and os.path.isfile(os.path.join(at, name))]

    def objects(self, folder, limit):
        """Paths and bytes of the objects in a folder that are not damaged."""
        for path in self.names(folder):
            with self.watch(path):
                need(os.path.getsize(os.path.join(self.directory, path)) <= limit, "too long")
                data = self.read(path)
                need(sha(data).hex() == path[-64:], "not its SHA-256")
                yield path, data

    def watch(self, path, reasons=(Damaged, Newer)):
        """Passes over what is damaged or newer in it."""
        return Watch(self.ignored, path, reasons)

    def configs(self):
        """Configs by repository id, the oldest first."""
        result = {}
        paths = [name for name in os.listdir(self.directory) if re.fullmatch("config-" + HEX, name)]
        for path in sorted(paths, key=lambda name: (os.stat(os.path.join(self.directory, name)).st_mtime_ns, name)):
            with self.watch(path):
                data = self.read(path)
                need(sha(data).hex() == path[7:], "not its SHA-256")
                result[sha(data)] = read_config(data)
        return result

    # -- section 3.2: keys that count

    def read_keys(self):
        found, root = list(self.objects("keys", MIB)), {0: self.config[3]}
        self.epochs, self.keys = [], {kind: [] for kind in KEYS}
        for path, data in found:
            if data[4:5] == b"\2":
                with self.watch(path, Damaged):
                    self.take_epoch(path, data, root)
        need(self.epochs, "no epoch")
        _, _, self.epoch, authority, self.starts_with = min(self.epochs)
        self.authority = {self.epoch: authority}
        for path, data in found:
            if data[4:5] != b"\2":
                with self.watch(path, Damaged):
                    self.take_signed(path, data, KEYS, self.keys)
        self.replace()
        self.trust()

    def take_epoch(self, path, data, root):
        holds, signer = signature_holds(data, self.id, root)
        need(holds and signer == 0, "an epoch that the root has not signed")
        clear, _ = decode_signed(data, KEYS)
        need(1 <= clear[5] < 1 << 32, "the number of an epoch")
        self.epochs.append((-clear[5], path, clear[5], clear[7], clear.get(10, [])))

    def take_signed(self, path, data, tables, result):
        """Refuses the repository as newer only where the signature holds and the kind is not one of another folder."""
        holds, signer = signature_holds(data, self.id, self.authority)
        need(holds, "not signed by the newest authority")
        need(data[4] < 128, "a kind that may be passed over")
        need(data[4] in FOLDERS[path[:-65]], "a kind of another folder")
        clear, aad = decode_signed(data, tables)
        result[data[4]].append((clear, aad, path))

    def replace(self):
        """Field 2, also of objects that are replaced themselves; and of several that say the same, that with the smallest name."""
        gone = {name for entries in self.keys.values() for clear, _, _ in entries for name in clear.get(2, [])}
        there = {bytes.fromhex(path[-64:]) for entries in self.keys.values() for _, _, path in entries}
        about = {3: lambda clear: clear[5], 6: lambda clear: clear[5]}
        for kind, entries in self.keys.items():
            seen, self.keys[kind] = set(), []
            for clear, aad, path in entries:
                key = about[kind](clear) if kind in about else path
                if bytes.fromhex(path[-64:]) in gone or key in seen:
                    self.ignored[path] = "another says the same" if key in seen else "replaced"
                else:
                    seen.add(key)
                    self.keys[kind].append((clear, aad, path))
        self.missing = sorted(name.hex() for name in set(self.starts_with) - there - gone)

    def trust(self):
        """Section 3.3: administrators, certificates by signer id, who is revoked, and what is vouched for, by domain."""
        self.administrators = {key_id(key): key for key in [self.config[3]] + [clear[5] for clear, _, _ in self.keys[3]]}
        self.certificates, self.revoked, self.vouched = {}, {clear[5] for clear, _, _ in self.keys[8]}, {}
        for clear, aad, path in self.keys[7]:
            self.certificates.setdefault(key_id(clear[5]), []).append((clear, aad, path))
        for clear, _, _ in self.keys[18]:
            self.vouched.setdefault(clear[5], set()).update(clear[7])

    # -- section 3.2: secrets

    def try_slots(self, configs, passphrase):
        """Repository id and secret: the slots of the eight oldest configs together, at most 64 of each, the cheapest first."""
        slots, cost, newer = [], lambda entry: (entry[0][9] * entry[0][11], entry[2]), None
        for id in list(configs)[:8]:
            try:
                self.select(id, configs[id])
                slots += [(*slot, id) for slot in sorted(self.keys[4], key=cost)[:64]]
            except Damaged:
                pass
            except Newer as reason:
                newer = reason
        for clear, aad, _, id in sorted(slots, key=cost):
            try:
                secret = open_slot(clear, aad, passphrase)
            except Damaged:
                continue
            if secret:
                return id, secret
        raise newer or Damaged("no slot opens with this passphrase")

    def open_secrets(self):
        self.domains, self.places, self.frames, self.run_keys = {}, {}, OrderedDict(), {}
        recipient = recipient_of(self.secret)
        for clear, aad, path in self.keys[5]:
            if clear[5] == recipient:
                with self.watch(path, Damaged):
                    secrets = open_grant(clear, aad, self.secret)
                    if clear[7] == 1:
                        self.take_administrator(secrets)
                    elif clear[7] == 2:
                        entries = secrets[5]
                        need(entries and len(secrets.get(7, entries)) == len(entries), "the epochs of a grant")
                        self.domains[secrets[1]] = Domain(secrets[1], secrets[3], entries, secrets.get(7, []))
        need(self.domains, "nothing is granted to this key")

    def take_administrator(self, secrets):
        need(secrets[1] == self.epoch and signer_key(secrets[5]) == self.authority[self.epoch], "secrets of another epoch")
        for clear, aad, path in self.keys[6]:
            with self.watch(path, Damaged):
                entries = open_domain(clear, aad, secrets[3])
                need(any(clear[5]) and entries[3][-1][0] == self.epoch, "no id, or keys that end with another epoch")
                self.domains[clear[5]] = Domain(clear[5], entries[1], entries[3], [entry[2:] for entry in entries[3]])

    # -- section 3.3: who may sign

    def signer(self, domain, kind, signer):
        """The key, the certificates (None: an administrator), and why what it signs does not count."""
        if signer in self.administrators:
            return self.administrators[signer], None, "revoked" if signer in self.revoked else None
        found = [one for one in self.certificates.get(signer, []) if one[0][7] == domain.id and kind in one[0][9]]
        if not found:
            return None, None, "the signer has no certificate for this"
        return found[0][0][5], found, "revoked" if signer in self.revoked else None

    def verify(self, domain, kind, signer, signed, signature):
        """The certificates, and why an object does not count."""
        key, certificates, reason = self.signer(domain, kind, signer)
        return certificates, reason or (None if signed_by(key, self.id, kind, signed, signature) else "the signature is wrong")

    def allows(self, domain, certificate, head):
        clear, aad, _ = certificate
        patterns = open_names(clear, aad, domain.index[domain.newest])[1]
        match = lambda kind, name: any(kind == k and re.fullmatch(".*".join(map(re.escape, p.split("*"))), name, re.S) for k, p in patterns)
        named = match(2, head[1]) and match(3, head[3]) if 16 in head else match(1, head[1])
        return named and head[7][0] <= clear.get(11, 1 << 63)

    def open_signed(self, domain, kind, data):
        """A signed object, its certificates, and why it does not count; what is vouched for needs no signature."""
        signed = open_signed(data, kind)
        need(signed.clear[1] == self.id and signed.clear[3] == domain.id, "of another repository or domain")
        if kind != 12 and sha(data) in self.vouched.get(domain.id, ()):
            return signed, None, None
        return signed, *self.verify(domain, kind, signed.clear[5], signed.signed, signed.signature)

    # -- sections 5 and 6: where chunks lie

    def read_index(self, domain):
        """Fills places. Returns what was read, by path; in places, what counts and is not replaced comes first."""
        found, replaced, folder = {}, set(), "index/" + domain.id.hex()
        self.places = {key: places for key, places in self.places.items() if key[0] != domain.id}
        for path, data in self.objects(folder, 256 * MIB):
            with self.watch(path):
                signed, _, reason = self.open_signed(domain, data[4] if data[4] in (11, 12) else 11, data)
                key = domain.index_key(signed.clear[7])
                if data[4] == 12:
                    need(not reason, reason)
                    found[path] = (12, *open_heads(signed, key), None)
                    continue
                tables = open_index(signed, key)
                found[path] = 11, signed.clear[13], index_places(tables), reason
                if reason:
                    self.ignored[path] = reason
                else:
                    replaced.update(tables[1])
        order = lambda path: (found[path][3] is not None, bytes.fromhex(path[-64:]) in replaced, path)
        for path in sorted((path for path in found if found[path][0] == 11), key=order):
            self.add(domain, *found[path][1:3])
        return found

    def add(self, domain, kind, places):
        for chunk, *place in places:
            self.places.setdefault((domain.id, kind, chunk), []).append(place)

    def pack_path(self, domain, name): return f"packs/{domain.id.hex()}/{name.hex()[:2]}/{name.hex()}"

    def packs(self, domain):
        """Every pack of a domain with its name, checked as far as its footer goes."""
        for folder in ("%02x" % n for n in range(256)):
            for path in self.names(f"packs/{domain.id.hex()}/{folder}", folder + "[0-9a-f]{62}"):
                with self.watch(path):
                    data = self.read(path)
                    need(sha(data).hex() == path[-64:], "not its SHA-256")
                    pack = open_pack(data, domain.index)
                    _, reason = self.verify(domain, 10, pack.signer, pack.signed, pack.signature)
                    need(pack.domain == domain.id, "of another domain")
                    if reason:
                        self.ignored[path] = reason
                    yield sha(data), pack

    def add_packs(self, domain):
        """In place of an index that is lost (section 5.2)."""
        self.recovered.add(domain.id)
        for name, pack in self.packs(domain):
            for offset, stored, plain, codec, chunks in pack.frames:
                frame, begin = Frame(name, pack.salt, pack.key, pack.epoch, offset, stored, plain, codec), 0
                for chunk, length in chunks:
                    self.add(domain, pack.kind, [(chunk[:16], frame, begin, begin + length)])
                    begin += length

    def run_key(self, domain, kind, frame):
        if frame.key not in self.run_keys:
            need((frame.epoch, kind) in domain.seeds, f"no key for packs of epoch {frame.epoch}")
            self.run_keys[frame.key] = open_run_key(
                frame.key, self.id, domain.id, frame.epoch, kind, domain.seeds[frame.epoch, kind])
        return self.run_keys[frame.key]

    def plain_frame(self, domain, kind, frame):
        if frame not in self.frames:
            with open(os.path.join(self.directory, self.pack_path(domain, frame.pack)), "rb") as file:
                file.seek(frame.offset)
                data = file.read(frame.stored)
            self.frames[frame] = open_frame(self.run_key(domain, kind, frame), frame.salt, frame.codec, frame.plain, data)
            if len(self.frames) > 32:
                self.frames.popitem(last=False)
        return self.frames[frame]

    def chunk(self, domain, kind, name, length=None):
        """Section 4. The length may be unknown; then it is what the index says."""
        key = derive(domain.secret, "chunk-id", bytes([kind]))
        for _ in range(2):
            for frame, begin, end in self.places.get((domain.id, kind, name[:16]), []):
                try:
                    plain = self.plain_frame(domain, kind, frame)[begin:end if length is None else begin + length]
                except (Damaged, OSError):
                    continue
                if mac(key, plain) == name:
                    return plain
            if domain.id in self.recovered:
                break
            self.add_packs(domain)
        raise Damaged(f"chunk {name.hex()} is in no pack")

    # -- section 8: snapshots

    def snapshots(self, domain):
        """(name, clear fields, head, body or None, bytes) of those that count, of the oldest start first."""
        result, forgotten = [], self.forgotten()
        for path, data in self.objects("snapshots/" + domain.id.hex(), 16 * MIB):
            with self.watch(path):
                signed, certificates, reason = self.open_signed(domain, 13, data)
                need(not reason, reason)
                need((domain.id, sha(data)) not in forgotten, "forgotten")
                head = open_snapshot_head(signed, domain.index_key(signed.clear[7]))
                need(certificates is None or any(self.allows(domain, one, head) for one in certificates), "not for this host")
                seed = domain.seeds.get((signed.clear[7], 2))
                body = None
                with self.watch(path):
                    body = open_snapshot_body(signed, self.id, head, seed) if seed else None
                result.append((path[-64:], signed.clear, head, body, data))
        return sorted(result, key=lambda one: (one[2][5], one[0]))

    def deletions(self):
        """Section 10: what the newest authority signed. One that is newer forbids to write, not to read."""
        result = {kind: [] for kind in DELETION}
        for path, data in self.objects("gc", MIB):
            with self.watch(path):
                self.take_signed(path, data, DELETION, result)
        return result

    def forgotten(self):
        stores = {clear[5] for clear, _, _ in self.keys[9]}
        found = self.deletions()
        undone = {name for entries in found.values() for clear, _, _ in entries for name in clear.get(2, [])}
        holds = [clear for clear, _, path in found[16] if clear[5] in stores and bytes.fromhex(path[-64:]) not in undone]
        return {entry for clear in holds for entry in clear[7]}

    def leases(self):
        """Section 9: (domain id, run id, n) and the fields of each lease that counts."""
        at = os.path.join(self.directory, "leases")
        for folder in sorted(os.listdir(at)) if os.path.isdir(at) else []:
            for path in self.names("leases/" + folder, r"[0-9a-f]{32}-(0|[1-9]\d{0,8})-" + HEX):
                domain = self.domains.get(bytes.fromhex(folder)) if re.fullmatch("[0-9a-f]{32}", folder) else None
                if domain or folder == "0" * 32:
                    with self.watch(path):
                        yield path, self.lease(domain or Domain(bytes(16), None, [(0, None)], []), path, self.read(path))

    def lease(self, domain, path, data):
        lease, (run, n, name) = read_lease(data), path[40:].split("-")
        need(name == sha(data).hex(), "not its SHA-256")
        need((lease[1], lease[3], lease[7], lease[9]) == (self.id, domain.id, bytes.fromhex(run), int(n)), "not what its name says")
        _, reason = self.verify(domain, 14, lease[5], data[:-64], data[-64:])
        need(not reason, reason)
        return lease

    # -- section 7: files

    def walk(self, domain, page, path=b"", level=None):
        """Every node below a page with its path and the names of its owner and group, in order."""
        found = read_page(self.chunk(domain, 2, *page))
        need(level in (None, found.level), "the level of a page")
        need(found.items or level is None and found.level == 0, "an empty page")
        for item in found.items:
            if found.level:
                yield from self.walk(domain, item[1:3], path, found.level - 1)
                continue
            name = path + b"/" + item["name"]
            yield name, item, found.users.get(item["uid"], b""), found.groups.get(item["gid"], b"")
            if item["type"] == 2:
                yield from self.walk(domain, item["page"], name)

    def listed_data(self, domain, level, entries):
        for name, length in entries:
            if level == 0:
                yield self.chunk(domain, 1, name, length)
                continue
            below, parts = read_chunk_list(self.chunk(domain, 2, name))
            need(below == level - 1 and sum(part[1] for part in parts) == length, "a chunk list below another")
            yield from self.listed_data(domain, below, parts)

    def content(self, domain, node):
        """What a file holds, as (offset, bytes); the rest of it are holes."""
        extents = [(0, node["size"])] if node["extents"] is None else node["extents"]
        need(not extents or sum(extents[-1]) <= node["size"], "an extent passes the end of its file")
        parts = self.listed_data(domain, *read_chunk_list(node["data"])) if node["form"] == 2 else iter([node["data"]])
        rest = b""
        for offset, length in extents:
            while length:
                rest = rest or next(parts, b"")
                need(rest, "a file has less data than its size")
                yield offset, rest[:length]
                taken = min(length, len(rest))
                offset, length, rest = offset + taken, length - taken, rest[taken:]
        need(not rest and not next(parts, b""), "a file has more data than its size")

    def attribute(self, domain, value): return value if isinstance(value, bytes) else self.chunk(domain, 1, *value)

class Watch:
    def __init__(self, ignored, path, reasons): self.ignored, self.path, self.reasons = ignored, path, reasons
    def __enter__(self): return self
    def __exit__(self, kind, reason, _):
        if kind and issubclass(kind, self.reasons):
            self.ignored[self.path] = ("newer: " if kind is Newer else "") + str(reason)
            return True
