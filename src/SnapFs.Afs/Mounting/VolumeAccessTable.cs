using System.Text;
using SnapFs.Afs.Acls;
using SnapFs.Afs.Names;
using SnapFs.Mount.Kinds;
using SnapFs.Mount.Owners;
using SnapFs.Owners;
using SnapFs.Trees;

namespace SnapFs.Afs.Mounting;

/// <summary>
/// Turns access lists of AFS into users of this system, by name. Each list is turned once in some minutes: volumes have few
/// different ones, and users come and go. Safe for concurrent use.
/// </summary>
/// <param name="names">The names that were saved with volumes.</param>
/// <param name="owners">Finds users of this system by name.</param>
/// <param name="beforeWaiting">Called before a user database is asked, maybe for everybody.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class VolumeAccessTable(
    SavedNames names, IOwnerMap owners, Func<CancellationToken>? beforeWaiting, TimeProvider clock)
{
    /// <summary>Beyond so many users in all lists together, and as many lists, all are forgotten: some 8 MiB.</summary>
    private const int MaxWeight = 1 << 20;

    /// <summary>What a list weighs beside the users in it.</summary>
    private const int ListWeight = 200;

    private const AfsRights Relevant = AfsRights.Lookup | AfsRights.Read | AfsRights.Insert;

    /// <summary>How long it counts who the users of a list are.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);

    /// <summary>How long it does if the name service did not answer.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<Key, NodeAccess> _known = [];
    private int _weight;

    /// <summary>Whom the access list of a directory lets in. Without one that can be read, nobody but the user who mounts.</summary>
    /// <exception cref="DamagedException">The directory that has the names is damaged.</exception>
    internal NodeAccess Of(VolumeNames volume, in NodeView directory)
    {
        ReadOnlySpan<byte> list = EncodedListOf(in directory);
        if (list.IsEmpty)
        {
            return VolumeAccess.Closed;
        }

        Key key = new(names.KeyOf(volume), Encoding.Latin1.GetString(list));
        lock (_lock)
        {
            if (_known.TryGetValue(key, out NodeAccess? known))
            {
                return known;
            }
        }

        ListedAccess access = new(this, list.ToArray(), volume);
        int weight = access.Current.Weight + ListWeight;
        lock (_lock)
        {
            if (_weight > MaxWeight)
            {
                _known.Clear();
                _weight = 0;
            }

            if (_known.TryAdd(key, access))
            {
                _weight += weight;
            }

            return access;
        }
    }

    /// <summary>The access list of a directory; empty if it has none.</summary>
    private static ReadOnlySpan<byte> EncodedListOf(in NodeView directory)
    {
        try
        {
            return AfsNodeCodec.TryRead(directory.Extensions, out AfsNode afs) ? afs.AccessList : [];
        }
        catch (SnapFsException e) when (e is InvalidEncodingException or NewerFormatException)
        {
            return [];
        }
    }

    private bool IsOld(Meaning meaning) => clock.GetElapsedTime(meaning.Since) >= (meaning.IsCertain ? Kept : Retry);

    private Meaning MeaningOf(ReadOnlySpan<byte> list, VolumeNames volume)
    {
        long since = clock.GetTimestamp();
        long mark = owners.Mark;
        VolumeAccess access = Translate(list, volume);
        return new Meaning(access, since, owners.IsCertainSince(mark));
    }

    private VolumeAccess Translate(ReadOnlySpan<byte> encoded, VolumeNames volume)
    {
        AfsAccessList list;
        try
        {
            list = AfsAccessList.Parse(encoded);
        }
        catch (InvalidEncodingException)
        {
            return VolumeAccess.Closed;
        }

        PtsNames saved = names.Read(volume);
        AfsEffectiveRights rights = new(list, saved);
        AfsRights others = rights.Others & Relevant;
        beforeWaiting?.Invoke();

        // Who is not known here may become so while the mount lasts, or a directory service may be down: what is denied to them
        // is denied to whoever might be they.
        foreach (int user in rights.Listed.Where(user => FindHere(user, saved) is null))
        {
            others &= rights.RightsOf(user);
        }

        // Only where users of the cell have other rights than everybody does it matter who is one.
        bool allMatter = (rights.Users & Relevant) != others;
        Dictionary<uint, AfsRights> here = [];
        foreach (int user in allMatter ? saved.Users : rights.Listed)
        {
            if (FindHere(user, saved) is { } id and not 0)
            {
                // A number with several names gets what is allowed to all of them.
                AfsRights its = rights.RightsOf(user) & Relevant;
                here[id] = here.TryGetValue(id, out AfsRights before) ? before & its : its;
            }
        }

        return new VolumeAccess(
            Those(AfsRights.Lookup, others, here), Those(AfsRights.Read, others, here), Those(AfsRights.Insert, others, here));
    }

    private uint? FindHere(int user, PtsNames saved) =>
        owners.Map((uint)user, saved.UserName((uint)user), isUser: true).Proved;

    private static Audience Those(AfsRights right, AfsRights others, Dictionary<uint, AfsRights> here)
    {
        bool hasOthers = (others & right) != 0;
        return new Audience(hasOthers, here.Where(pair => ((pair.Value & right) != 0) != hasOthers).Select(pair => pair.Key));
    }

    /// <summary>What a list means by now.</summary>
    private sealed class ListedAccess(VolumeAccessTable table, byte[] list, VolumeNames volume) : NodeAccess
    {
        private Meaning? _meaning;

        internal VolumeAccess Current
        {
            get
            {
                Meaning? meaning = Volatile.Read(ref _meaning);
                if (meaning is null || table.IsOld(meaning))
                {
                    meaning = table.MeaningOf(list, volume); // twice at worst, with the same result
                    Volatile.Write(ref _meaning, meaning);
                }

                return meaning.Access;
            }
        }

        public override bool IsTooLong(in NodeView node) => Current.IsTooLong(in node);

        public override bool Admits(in NodeView node, in MappedOwner owner, uint user) =>
            Current.Admits(in node, in owner, user);

        public override uint Enforce(in NodeView node, in MappedOwner owner, uint mountingUser, out byte[]? list) =>
            Current.Enforce(in node, in owner, mountingUser, out list);
    }

    private sealed record Meaning(VolumeAccess Access, long Since, bool IsCertain);

    private readonly record struct Key(string Names, string AccessList);
}
