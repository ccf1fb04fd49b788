using System.Security.Cryptography;
using SnapFs.Storage;

namespace SnapFs.Tests;

/// <summary>Every call of a storage by its name, for tests that try each.</summary>
internal static class StorageCalls
{
    private static readonly byte[] Content = "content"u8.ToArray();

    internal static ObjectName Pack { get; } = ObjectName.FromHash(
        ObjectKind.Pack, SampleNames.Domain, SHA256.HashData(Content));

    /// <summary>The calls, each with an answer that can be compared.</summary>
    internal static IReadOnlyDictionary<string, Func<IStorage, CancellationToken, Task<object?>>> All { get; } =
        new Dictionary<string, Func<IStorage, CancellationToken, Task<object?>>>
        {
            ["put"] = async (storage, token) =>
            {
                await storage.PutAsync(SampleNames.Of(ObjectKind.Index, new string('b', 64)), Content, token);
                return null;
            },
            ["heal"] = async (storage, token) =>
            {
                await storage.HealAsync(Pack, Content, token);
                return null;
            },
            ["read"] = async (storage, token) =>
            {
                byte[] read = new byte[3];
                await storage.ReadAsync(Pack, 2, read, token);
                return Convert.ToHexString(read);
            },
            ["read ranges"] = async (storage, token) =>
            {
                byte[] read = new byte[3];
                await storage.ReadRangesAsync(Pack, [new ReadRange(2, read)], token);
                return Convert.ToHexString(read);
            },
            ["get"] = async (storage, token) => Convert.ToHexString(await storage.GetAsync(Pack, 100, token)),
            ["length"] = async (storage, token) => await storage.GetLengthAsync(Pack, token),
            ["list"] = async (storage, token) => await CountAsync(storage.ListAsync(ObjectKind.Pack, token)),
            ["list by prefix"] = async (storage, token) => await CountAsync(
                storage.ListAsync(ObjectKind.Pack, Pack.Domain, Pack.Id[..3], token)),
            ["delete"] = async (storage, token) =>
            {
                await storage.DeleteAsync(Pack, token);
                return null;
            },
            ["time"] = async (storage, token) => (await storage.GetTimeAsync(token)).Offset,
        };

    /// <summary>A storage that holds <see cref="Pack"/>.</summary>
    internal static async Task<MemoryStorage> FilledAsync()
    {
        MemoryStorage storage = new();
        await storage.PutAsync(Pack, Content, CancellationToken.None);
        return storage;
    }

    private static async Task<int> CountAsync(IAsyncEnumerable<ObjectInfo> objects)
    {
        int count = 0;
        await foreach (ObjectInfo info in objects)
        {
            count += info.Length == Content.Length ? 1 : 0;
        }

        return count;
    }
}
