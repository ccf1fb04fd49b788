using SnapFs.Afs.Acls;
using SnapFs.Afs.Chains;
using SnapFs.Afs.Dumps;
using SnapFs.Afs.Trees;
using SnapFs.Testing;
using SnapFs.Testing.Trees;
using SnapFs.Testing.Volumes;

namespace SnapFs.Afs.Tests.Fuzzing;

/// <summary>Damaged dumps do what documents say: they are taken, or refused with one of two exceptions.</summary>
public sealed class DumpFuzzTests
{
    /// <summary>The reader's buffer and what is kept of a dump, for each of its bytes.</summary>
    private const long AllocationBase = 4 * 1024 * 1024;
    private const long AllocationFactor = 64;

    [Fact]
    public void Damaged_dumps_are_refused_or_read_in_bounded_memory()
    {
        byte[][] samples = Samples();
        int refused = 0;
        int cases = TestScale.Choose(3000, 1_000_000);
        Seeds.ForEach(cases, random =>
        {
            byte[] dump = random.MutateDump(samples[random.Next(samples.Length)], samples[random.Next(samples.Length)]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            refused += Accepts(dump) ? 0 : 1;
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.InRange(allocated, 0, AllocationBase + (AllocationFactor * dump.Length));
        });
        Assert.True(refused > 0 || cases == 1);
    }

    private static byte[][] Samples()
    {
        SyntheticVolume[] volumes =
        [
            new() { Directories = 1, Files = 0 },
            new() { Directories = 3, Files = 20, LengthOf = file => file * 97 },
            new() { Directories = 2, Files = 90, RootFileLength = 5000 },
        ];
        return
        [
            .. volumes.Select(Bytes), DumpSamples.Read("user.alice.s3.inc.dump"), DumpSamples.Read("user.alice.s4.inc-nochange.dump"),
        ];
    }

    private static byte[] Bytes(SyntheticVolume volume)
    {
        using Stream dump = volume.OpenDump();
        using MemoryStream bytes = new();
        dump.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static bool Accepts(byte[] dump)
    {
        SkeletonBuffer skeleton = new();
        try
        {
            Read(dump, skeleton);
        }
        catch (Exception e) when (e is DumpException or ChainException)
        {
            if (e is DumpException refusal)
            {
                Assert.InRange(refusal.Offset, 0, dump.Length);
                Assert.InRange(refusal.Whole.Length, 0, refusal.Offset);
            }

            return false;
        }

        DumpWeaver weaver = DumpWeaver.Read(new MemoryStream(skeleton.ToArray()));
        Assert.Equal(dump.Length, weaver.Length);
        Assert.Equal(skeleton.Splices, Enumerable.Range(0, weaver.Count).Select(number => weaver[number]));
        return true;
    }

    private static void Read(byte[] dump, SkeletonBuffer skeleton)
    {
        DumpReader reader = new(new MemoryStream(dump), skeleton);
        VolumeStateBuilder<byte[]> state = new(new VolumeState<byte[]>());
        byte[] content = [];
        for (DumpStep step; (step = reader.Read()) != DumpStep.End;)
        {
            if (step == DumpStep.Content)
            {
                // A caller knows how much can be left: a length that lies must not reserve memory.
                content = new byte[Math.Min(reader.Record.ContentLength, dump.Length - reader.Offset)];
                for (int read = 0, got; (got = reader.ReadContent(content.AsSpan(read))) > 0;)
                {
                    read += got;
                }

                continue;
            }

            state.Put(reader.Record.Vnode, reader.Record.Uniq, content);
            ReadAccessList(reader.Record);
            content = [];
        }

        WalkTree(state.Build());
    }

    private static void ReadAccessList(VnodeRecord record)
    {
        try
        {
            AfsAccessList.Parse(record.AccessList ?? new AfsAccessList([], []).Encode()).ToText(_ => null);
        }
        catch (InvalidEncodingException)
        {
        }
    }

    private static void WalkTree(VolumeState<byte[]> state)
    {
        VolumeTreeBuilder builder = new(state);
        int directories = 0;
        for (; directories < state.Count && state.IsDirectoryAt(directories); directories++)
        {
            builder.AddDirectory(directories, state.ValueAt(directories));
        }

        VolumeTree tree = builder.Build();
        Assert.Equal(directories, tree.Directories.Length + tree.OrphanDirectories.Length);
        foreach (int directory in tree.Directories)
        {
            foreach (TreeEntry entry in tree.EntriesOf(directory))
            {
                tree.PathOf(entry.Child);
            }
        }
    }
}
