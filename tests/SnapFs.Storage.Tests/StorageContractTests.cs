using SnapFs.Storage;
using SnapFs.Testing;

namespace SnapFs.Tests;

/// <summary>What <see cref="IStorage"/> promises. Derive once per backend; never override a test.</summary>
public abstract class StorageContractTests
{
    private static readonly ObjectName Pack = NameOf(ObjectKind.Pack, 'a');
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>One name of each kind.</summary>
    public static TheoryData<ObjectKind> Kinds => [.. Enum.GetValues<ObjectKind>()];

    protected abstract IStorage CreateEmpty();

    protected static ObjectName NameOf(ObjectKind kind, char digit = 'b') => kind switch
    {
        ObjectKind.PreviewConfig => ObjectName.PreviewConfig,
        ObjectKind.Lease => new ObjectName(
            kind, SampleNames.Domain, $"{new string(digit, ObjectName.ShortIdLength)}-7-{new string(digit, 64)}"),
        _ => SampleNames.Of(kind, new string(digit, 64)),
    };

    protected static async Task<List<ObjectInfo>> ListAsync(IStorage storage, ObjectKind kind)
    {
        List<ObjectInfo> objects = [];
        await foreach (ObjectInfo info in storage.ListAsync(kind, None))
        {
            objects.Add(info);
        }

        return objects;
    }

    [Fact]
    public async Task Put_of_a_taken_name_throws_and_keeps_the_first_content()
    {
        await using IStorage storage = CreateEmpty();
        await storage.PutAsync(Pack, "first"u8.ToArray(), None);

        ObjectExistsException e = await Assert.ThrowsAsync<ObjectExistsException>(
            () => storage.PutAsync(Pack, "other"u8.ToArray(), None));

        Assert.Equal(Pack, e.Name);
        Assert.Equal("first"u8.ToArray(), await storage.GetAsync(Pack, 100, None));
    }

    [Fact]
    public async Task A_put_of_what_is_stored_already_succeeds()
    {
        await using IStorage storage = CreateEmpty();
        await storage.PutAsync(Pack, "first"u8.ToArray(), None);

        await storage.PutAsync(Pack, "first"u8.ToArray(), None);

        Assert.Equal("first"u8.ToArray(), await storage.GetAsync(Pack, 100, None));
        Assert.Single(await ListAsync(storage, ObjectKind.Pack));
    }

    [Theory]
    [InlineData("")]
    [InlineData("firs")]
    [InlineData("first and more")]
    public async Task A_name_that_is_taken_by_a_part_of_the_bytes_or_by_more_is_taken(string stored)
    {
        await using IStorage storage = CreateEmpty();
        await storage.PutAsync(Pack, System.Text.Encoding.ASCII.GetBytes(stored), None);

        await Assert.ThrowsAsync<ObjectExistsException>(() => storage.PutAsync(Pack, "first"u8.ToArray(), None));

        Assert.Equal(stored, System.Text.Encoding.ASCII.GetString(await storage.GetAsync(Pack, 100, None)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("damaged")]
    [InlineData("")]
    [InlineData("longer than what should be there")]
    public async Task Healing_stores_what_is_missing_or_does_not_have_the_hash_of_its_name(string? stored)
    {
        await using IStorage storage = CreateEmpty();
        byte[] content = "content"u8.ToArray();
        ObjectName name = ObjectName.FromHash(
            ObjectKind.Pack, SampleNames.Domain, System.Security.Cryptography.SHA256.HashData(content));
        if (stored is not null)
        {
            await storage.PutAsync(name, System.Text.Encoding.ASCII.GetBytes(stored), None);
            await storage.ReadAsync(name, 0, new byte[stored.Length], None); // what was read before may not stick
        }

        Assert.True(await storage.HealAsync(name, content, None));

        Assert.Equal(content, await storage.GetAsync(name, 100, None));
        byte[] read = new byte[content.Length];
        await storage.ReadAsync(name, 0, read, None);
        Assert.Equal(content, read);
        Assert.Equal(content.Length, Assert.Single(await ListAsync(storage, ObjectKind.Pack)).Length);
        Assert.False(await storage.HealAsync(name, content, None));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("damaged")]
    [InlineData("content")]
    public async Task A_put_by_hash_ends_with_the_right_bytes_whatever_had_the_name(string? stored)
    {
        await using IStorage storage = CreateEmpty();
        byte[] content = "content"u8.ToArray();
        ObjectName name = ObjectName.FromHash(
            ObjectKind.Pack, SampleNames.Domain, System.Security.Cryptography.SHA256.HashData(content));
        if (stored is not null)
        {
            await storage.PutAsync(name, System.Text.Encoding.ASCII.GetBytes(stored), None);
        }

        await storage.PutHashedAsync(name, content, None);

        Assert.Equal(content, await storage.GetAsync(name, 100, None));
    }

    [Fact]
    public async Task Healing_takes_only_bytes_with_the_hash_of_the_name()
    {
        await using IStorage storage = CreateEmpty();
        await storage.PutAsync(Pack, "first"u8.ToArray(), None);

        await Assert.ThrowsAsync<ArgumentException>(() => storage.HealAsync(Pack, "other"u8.ToArray(), None));
        await Assert.ThrowsAsync<ArgumentException>(
            () => storage.HealAsync(ObjectName.PreviewConfig, "other"u8.ToArray(), None));

        Assert.Equal("first"u8.ToArray(), await storage.GetAsync(Pack, 100, None));
    }

    [Fact]
    public async Task Ranges_are_filled_in_any_order_and_may_overlap()
    {
        await using IStorage storage = CreateEmpty();
        byte[] content = new Random(3).BytesOf(100_000);
        await storage.PutAsync(Pack, content, None);
        (int Offset, int Length)[] parts = [(90_000, 10_000), (0, 10), (5, 50_000), (100_000, 0), (5, 1)];
        byte[][] read = [.. parts.Select(part => new byte[part.Length])];

        await storage.ReadRangesAsync(
            Pack, [.. parts.Select((part, i) => new ReadRange(part.Offset, read[i]))], None);

        Assert.All(parts.Zip(read), pair => Assert.Equal(
            content.AsSpan(pair.First.Offset, pair.First.Length).ToArray(), pair.Second));
        await Assert.ThrowsAsync<ObjectTruncatedException>(() => storage.ReadRangesAsync(
            Pack, [new ReadRange(0, new byte[1]), new ReadRange(99_999, new byte[2])], None));
    }

    [Fact]
    public async Task A_prefix_lists_the_objects_whose_ids_begin_with_it()
    {
        await using IStorage storage = CreateEmpty();
        string[] beginnings = ["3f", "3fa", "3fb", "4", ""];
        ObjectName[] names =
        [
            .. beginnings.SelectMany(start => (ObjectName[])
                [SampleNames.Pack(start.PadRight(64, 'c')), SampleNames.Of(ObjectKind.Index, start.PadRight(64, 'c'))]),
        ];
        await Task.WhenAll(names.Select(name => storage.PutAsync(name, new byte[1], None)));

        foreach (string prefix in (string[])["", "3", "3f", "3fa", "3fac", "5", new string('c', 64), new string('c', 65), "../"])
        {
            foreach (ObjectKind kind in (ObjectKind[])[ObjectKind.Pack, ObjectKind.Index])
            {
                List<ObjectName> listed = [];
                await foreach (ObjectInfo info in storage.ListAsync(kind, string.Empty, prefix, None))
                {
                    listed.Add(info.Name);
                }

                Assert.Equal(
                    names.Where(name => name.Kind == kind && name.Id.StartsWith(prefix, StringComparison.Ordinal))
                        .Select(name => name.Id).Order(StringComparer.Ordinal),
                    listed.Select(name => name.Id).Order(StringComparer.Ordinal));
            }
        }
    }

    [Fact]
    public async Task Domains_are_listed_apart_or_together_and_share_no_names()
    {
        await using IStorage storage = CreateEmpty();
        string other = new('d', ObjectName.ShortIdLength);
        foreach (ObjectKind kind in Enum.GetValues<ObjectKind>().Where(ObjectName.HasDomain))
        {
            ObjectName one = NameOf(kind);
            ObjectName two = new(kind, other, one.Id);
            await storage.PutAsync(one, new byte[1], None);
            await storage.PutAsync(two, new byte[2], None);

            Assert.Equal(2, await storage.GetLengthAsync(two, None));
            Assert.Equal([one], await NamesAsync(SampleNames.Domain, string.Empty));
            Assert.Equal([two], await NamesAsync(other, string.Empty));
            Assert.Equal([two], await NamesAsync(other, two.Id[..5]));
            Assert.Empty(await NamesAsync(other, "0"));
            Assert.Empty(await NamesAsync(new string('e', ObjectName.ShortIdLength), string.Empty));
            Assert.Equal(
                [one, two], (await NamesAsync(string.Empty, string.Empty)).OrderBy(name => name.Domain, StringComparer.Ordinal));

            async Task<List<ObjectName>> NamesAsync(string domain, string prefix)
            {
                List<ObjectName> names = [];
                await foreach (ObjectInfo info in storage.ListAsync(kind, domain, prefix, None))
                {
                    names.Add(info.Name);
                }

                return names;
            }
        }
    }

    [Fact]
    public async Task The_clock_of_the_storage_is_the_one_of_received_times()
    {
        await using IStorage storage = CreateEmpty();
        DateTimeOffset before = await storage.GetTimeAsync(None);
        await storage.PutAsync(Pack, new byte[1], None);
        DateTimeOffset after = await storage.GetTimeAsync(None);

        Assert.InRange(Assert.Single(await ListAsync(storage, ObjectKind.Pack)).ReceivedAt, before, after);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Each_kind_is_put_read_listed_and_deleted(ObjectKind kind)
    {
        await using IStorage storage = CreateEmpty();
        ObjectName name = NameOf(kind);
        DateTimeOffset before = DateTimeOffset.UtcNow.AddSeconds(-2);

        await storage.PutAsync(name, "content"u8.ToArray(), None);

        byte[] middle = new byte[4];
        await storage.ReadAsync(name, 2, middle, None);
        Assert.Equal("nten"u8.ToArray(), middle);
        Assert.Equal(7, await storage.GetLengthAsync(name, None));
        ObjectInfo info = Assert.Single(await ListAsync(storage, kind));
        Assert.Equal(name, info.Name);
        Assert.Equal(7, info.Length);
        Assert.InRange(info.ReceivedAt, before, DateTimeOffset.UtcNow.AddSeconds(2));

        await storage.DeleteAsync(name, None);
        Assert.Empty(await ListAsync(storage, kind));
        await Assert.ThrowsAsync<ObjectNotFoundException>(() => storage.ReadAsync(name, 0, middle, None));
    }

    [Theory]
    [InlineData(0, 6)]
    [InlineData(5, 1)]
    [InlineData(long.MaxValue - 1, 1)]
    public async Task Read_past_the_end_throws_instead_of_returning_less(long offset, int count)
    {
        await using IStorage storage = CreateEmpty();
        await storage.PutAsync(Pack, new byte[5], None);

        ObjectTruncatedException e = await Assert.ThrowsAsync<ObjectTruncatedException>(
            () => storage.ReadAsync(Pack, offset, new byte[count], None));

        Assert.Equal(Pack, e.Name);
        Assert.Equal(ErrorKind.Damaged, e.Kind);
    }

    [Fact]
    public async Task An_empty_object_is_an_object()
    {
        await using IStorage storage = CreateEmpty();
        await storage.PutAsync(Pack, ReadOnlyMemory<byte>.Empty, None);

        await storage.ReadAsync(Pack, 0, Memory<byte>.Empty, None);
        Assert.Empty(await storage.GetAsync(Pack, 0, None));
        Assert.Equal(0, Assert.Single(await ListAsync(storage, ObjectKind.Pack)).Length);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found_and_named()
    {
        await using IStorage storage = CreateEmpty();

        Assert.Equal(Pack, (await Assert.ThrowsAsync<ObjectNotFoundException>(
            () => storage.ReadAsync(Pack, 0, new byte[1], None))).Name);
        Assert.Equal(Pack, (await Assert.ThrowsAsync<ObjectNotFoundException>(
            () => storage.GetAsync(Pack, 1, None))).Name);
        Assert.Equal(Pack, (await Assert.ThrowsAsync<ObjectNotFoundException>(
            () => storage.GetLengthAsync(Pack, None))).Name);
    }

    [Fact]
    public async Task Deleting_what_is_not_there_succeeds()
    {
        await using IStorage storage = CreateEmpty();
        await storage.DeleteAsync(Pack, None);
        await storage.PutAsync(Pack, new byte[1], None);
        await storage.DeleteAsync(Pack, None);
        await storage.DeleteAsync(Pack, None);

        Assert.Empty(await ListAsync(storage, ObjectKind.Pack));
    }

    [Fact]
    public async Task A_deleted_name_can_be_put_again_with_other_content()
    {
        await using IStorage storage = CreateEmpty();
        await storage.PutAsync(Pack, "first"u8.ToArray(), None);
        byte[] content = new byte[5];
        await storage.ReadAsync(Pack, 0, content, None);
        await storage.DeleteAsync(Pack, None);
        await storage.PutAsync(Pack, "other"u8.ToArray(), None);

        await storage.ReadAsync(Pack, 0, content, None);

        Assert.Equal("other"u8.ToArray(), content);
    }

    [Fact]
    public async Task An_object_longer_than_the_bound_is_refused_before_it_is_read()
    {
        await using IStorage storage = CreateEmpty();
        await storage.PutAsync(Pack, new byte[11], None);

        ObjectTooLargeException e = await Assert.ThrowsAsync<ObjectTooLargeException>(
            () => storage.GetAsync(Pack, 10, None));

        Assert.Equal(Pack, e.Name);
        Assert.Equal(11, (await storage.GetAsync(Pack, 11, None)).Length);
    }

    [Fact]
    public async Task Changing_the_buffer_after_a_put_changes_nothing_stored()
    {
        await using IStorage storage = CreateEmpty();
        byte[] content = "content"u8.ToArray();
        await storage.PutAsync(Pack, content, None);
        content[0] = 0;
        (await storage.GetAsync(Pack, 100, None))[1] = 0;

        Assert.Equal("content"u8.ToArray(), await storage.GetAsync(Pack, 100, None));
    }

    [Fact]
    public async Task Kinds_are_listed_apart_and_each_object_once()
    {
        await using IStorage storage = CreateEmpty();
        Random random = new(1);
        HashSet<ObjectName> packs = [];
        for (int i = 0; i < 300; i++)
        {
            ObjectName pack = SampleNames.Pack(random.HexId());
            packs.Add(pack);
            await storage.PutAsync(pack, new byte[i], None);
        }

        await storage.PutAsync(NameOf(ObjectKind.Index), new byte[1], None);
        await storage.PutAsync(NameOf(ObjectKind.Config), new byte[1], None);

        List<ObjectInfo> listed = await ListAsync(storage, ObjectKind.Pack);
        Assert.Equal(300, listed.Count);
        Assert.True(packs.SetEquals(listed.Select(info => info.Name)));
        Assert.Equal(299 * 300 / 2, listed.Sum(info => info.Length));
        Assert.Single(await ListAsync(storage, ObjectKind.Index));
        Assert.Single(await ListAsync(storage, ObjectKind.Config));
        Assert.Empty(await ListAsync(storage, ObjectKind.Snapshot));
    }

    [Fact]
    public async Task Of_many_puts_of_one_name_at_once_exactly_one_succeeds()
    {
        await using IStorage storage = CreateEmpty();
        for (int round = 0; round < 20; round++)
        {
            ObjectName name = SampleNames.Of(ObjectKind.Index, new Random(round).HexId());
            byte[][] contents = [.. Enumerable.Range(0, 8).Select(i => new Random(i).BytesOf(20_000))];
            bool[] stored = await Task.WhenAll(contents.Select(content => TryPutAsync(storage, name, content)));

            int winner = Array.IndexOf(stored, true);
            Assert.Single(stored, true);
            Assert.Equal(contents[winner], await storage.GetAsync(name, 20_000, None));
        }

        static async Task<bool> TryPutAsync(IStorage storage, ObjectName name, byte[] content)
        {
            try
            {
                await Task.Yield();
                await storage.PutAsync(name, content, None);
                return true;
            }
            catch (ObjectExistsException)
            {
                return false;
            }
        }
    }

    [Fact]
    public Task Any_range_reads_as_it_was_put() => Seeds.ForEachAsync(20, async random =>
    {
        await using IStorage storage = CreateEmpty();
        byte[] content = random.BytesOf(random.Next(1, 300_000));
        await storage.PutAsync(Pack, content, None);
        for (int i = 0; i < 20; i++)
        {
            int offset = random.Next(content.Length);
            byte[] range = new byte[random.Next(content.Length - offset + 1)];
            await storage.ReadAsync(Pack, offset, range, None);
            Assert.Equal(content[offset..(offset + range.Length)], range);
        }
    });

    [Fact]
    public async Task Reading_from_many_threads_while_objects_come_and_go_gives_right_bytes_or_not_found()
    {
        await using IStorage storage = CreateEmpty();
        ObjectName[] names = [.. Enumerable.Range(0, 300).Select(i => SampleNames.Pack(new Random(i).HexId()))];
        await Task.WhenAll(names.Select((name, i) => storage.PutAsync(name, new Random(i).BytesOf(1000), None)));
        int found = 0;

        await Parallel.ForAsync(0, 3000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (call, token) =>
        {
            int i = call * 7919 % names.Length;
            byte[] content = new byte[1000];
            try
            {
                await storage.ReadAsync(names[i], 0, content, token);
                Assert.Equal(new Random(i).BytesOf(1000), content);
                Interlocked.Increment(ref found);
            }
            catch (ObjectNotFoundException)
            {
                Assert.Equal(0, i % 10);
            }

            if (i % 10 == 0)
            {
                await storage.DeleteAsync(names[i], token);
            }
        });

        Assert.True(found >= 2700, $"only {found} reads succeeded");
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled()
    {
        await using IStorage storage = CreateEmpty();
        CancellationToken cancelled = new(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await storage.PutAsync(Pack, new byte[1], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await storage.ReadAsync(Pack, 0, new byte[1], cancelled));
        Assert.Empty(await ListAsync(storage, ObjectKind.Pack));
    }
}
