using System.Text;
using SnapFs.Objects;
using SnapFs.Repository.Objects;
using SnapFs.Snapshots;

namespace SnapFs.Repository.Keys;

/// <summary>Whether an object counts.</summary>
internal enum ObjectTrust
{
    /// <summary>No: whoever signed it may not sign such an object, or not any more.</summary>
    None,

    /// <summary>Yes, because who may sign it did.</summary>
    Signed,

    /// <summary>Yes, whatever its signature and whatever it says it is of.</summary>
    Vouched,
}

/// <summary>Whose objects count in a repository (<c>docs/format.md</c> section 3.3). Filled when the repository is opened, then only
/// read.</summary>
internal sealed class Signers
{
    private readonly Dictionary<ShortId, AdministratorObject> _administrators = [];
    private readonly Dictionary<ShortId, List<Certificate>> _certificates = [];
    private readonly HashSet<ShortId> _revoked = [];
    private readonly Dictionary<ShortId, HashSet<ShortId>> _certified = []; // by domain, as the next
    private readonly Dictionary<ShortId, HashSet<ObjectId>> _vouched = [];

    internal void Add(AdministratorObject administrator) => _administrators.TryAdd(administrator.Signer, administrator);

    internal void Add(Certificate certificate)
    {
        if (!_certificates.TryGetValue(certificate.Signer, out List<Certificate>? list))
        {
            _certificates[certificate.Signer] = list = [];
        }

        list.Add(certificate);
        SetOf(_certified, certificate.Domain).Add(certificate.Signer);
    }

    internal void Add(Revocation revocation) => _revoked.Add(revocation.Signer);

    internal void Add(Voucher voucher) => SetOf(_vouched, voucher.Domain).UnionWith(voucher.Names);

    /// <summary>Whether an object counts.</summary>
    /// <param name="repositoryId">The repository.</param>
    /// <param name="claim">What the object says.</param>
    internal ObjectTrust Verify(in ObjectId repositoryId, in ObjectClaim claim)
    {
        if (claim.Name is ObjectId name && IsVouched(claim.Domain, name))
        {
            return ObjectTrust.Vouched;
        }

        return PublicKeyOf(claim.Kind, claim.Domain, claim.Signer) is byte[] key
            && ObjectSignature.Verify(key, repositoryId, claim.Kind, claim.Bytes, claim.Signature)
                ? ObjectTrust.Signed
                : ObjectTrust.None;
    }

    /// <summary>Whether a snapshot of a domain whose signature was right once still counts.</summary>
    internal bool Counts(ShortId domain, SnapshotHead head) => IsVouched(domain, head.Id)
        || (PublicKeyOf(FormatKind.Snapshot, domain, head.Signer) is not null && MaySign(domain, head.Signer, head));

    /// <summary>Whether somebody may sign objects of a kind in a domain still.</summary>
    internal bool MaySign(ShortId domain, ShortId signer, FormatKind kind) => PublicKeyOf(kind, domain, signer) is not null;

    /// <summary>A hash of whose objects of the index count in a domain: another one once somebody may sign them who might not, or may
    /// not any more who might.</summary>
    internal ObjectId IndexDigest(ShortId domain)
    {
        IEnumerable<string> signers = _administrators.Keys.Union(_certified.GetValueOrDefault(domain) ?? [])
            .Where(signer => MaySign(domain, signer, FormatKind.Index))
            .Select(signer => signer.ToString());
        IEnumerable<string> vouched = (_vouched.GetValueOrDefault(domain) ?? []).Select(name => name.ToString());
        return ObjectId.Of(Encoding.ASCII.GetBytes(string.Join(' ', signers.Concat(vouched).Order(StringComparer.Ordinal))));
    }

    /// <summary>Whether somebody is an administrator still.</summary>
    internal bool IsAdministrator(ShortId signer) => _administrators.ContainsKey(signer) && !_revoked.Contains(signer);

    /// <summary>Why a signer may not write in a domain; null if it may.</summary>
    internal string? WhyNoWriter(ShortId domain, ShortId signer) =>
        _revoked.Contains(signer) ? "it was revoked"
            : PublicKeyOf(FormatKind.Lease, domain, signer) is null ? "it has no certificate for leases"
            : PublicKeyOf(FormatKind.Snapshot, domain, signer) is null ? "it has no certificate for snapshots"
            : null;

    /// <summary>Whether a signer may sign for the files of a host.</summary>
    internal bool MaySignFor(ShortId domain, ShortId signer, string host) => IsAdministrator(signer)
        || CertificatesOf(signer).Any(certificate => certificate.Domain == domain && certificate.IsForHost(host));

    /// <summary>Whether a signer may sign for an AFS volume.</summary>
    internal bool MaySignFor(ShortId domain, ShortId signer, string cell, string volume) => IsAdministrator(signer)
        || CertificatesOf(signer).Any(certificate => certificate.Domain == domain && certificate.IsForVolume(cell, volume));

    /// <summary>Whether a snapshot counts for what it says it is of, when <paramref name="signer"/> signed it.</summary>
    internal bool MaySign(ShortId domain, ShortId signer, SnapshotHead head) => IsAdministrator(signer)
        || CertificatesOf(signer).Any(certificate => certificate.Domain == domain
            && certificate.CountsAt(head.Ended.Seconds)
            && certificate.MaySign(head));

    private byte[]? PublicKeyOf(FormatKind kind, ShortId domain, ShortId signer) =>
        _revoked.Contains(signer) ? null
            : _administrators.TryGetValue(signer, out AdministratorObject? administrator) ? administrator.PublicKey
            : CertificatesOf(signer)
                .FirstOrDefault(certificate => certificate.Domain == domain && certificate.Kinds.Contains(kind))?.PublicKey;

    private bool IsVouched(ShortId domain, ObjectId name) =>
        _vouched.TryGetValue(domain, out HashSet<ObjectId>? names) && names.Contains(name);

    private static HashSet<T> SetOf<T>(Dictionary<ShortId, HashSet<T>> sets, ShortId domain) =>
        sets.TryGetValue(domain, out HashSet<T>? set) ? set : sets[domain] = [];

    private List<Certificate> CertificatesOf(ShortId signer) => _certificates.GetValueOrDefault(signer) ?? [];
}

/// <summary>What an object says of who signed it.</summary>
internal readonly ref struct ObjectClaim
{
    /// <summary>What it is.</summary>
    internal required FormatKind Kind { get; init; }

    /// <summary>The domain it is of.</summary>
    internal required ShortId Domain { get; init; }

    /// <summary>Who is said to have signed it.</summary>
    internal required ShortId Signer { get; init; }

    /// <summary>Its name, if that may be vouched for.</summary>
    internal ObjectId? Name { get; init; }

    /// <summary>What the signature is over.</summary>
    internal required ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>The signature.</summary>
    internal required ReadOnlySpan<byte> Signature { get; init; }
}
