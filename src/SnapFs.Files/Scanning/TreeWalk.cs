using System.Collections.Concurrent;
using SnapFs.Files.Workers;
using SnapFs.Trees;

namespace SnapFs.Files.Scanning;

/// <summary>Walks the sources and puts what is new. Used once.</summary>
internal sealed class TreeWalk
{
    private const int MaxPooled = 64;

    private readonly ConcurrentBag<DirectoryListing> _listings = [];
    private readonly ConcurrentBag<DirectoryEncoder> _encoders = [];
    private readonly WorkerContext[] _contexts;
    private readonly SourceNode _sources;
    private byte[]? _root;

    /// <param name="services">What the workers share.</param>
    /// <param name="sources">What is walked.</param>
    /// <param name="threads">Workers.</param>
    /// <param name="cancellationToken">Stops the walk.</param>
    public TreeWalk(WalkServices services, SourceNode sources, int threads, CancellationToken cancellationToken)
    {
        Services = services;
        _sources = sources;
        _contexts = new WorkerContext[threads];
        for (int i = 0; i < threads; i++)
        {
            _contexts[i] = new WorkerContext(services);
        }

        Pool = new WorkerPool<WorkerContext>(_contexts, cancellationToken) { Patience = TimeSpan.FromSeconds(5) };
    }

    public WalkServices Services { get; }

    public WorkerPool<WorkerContext> Pool { get; }

    /// <summary>Counts of the workers; may be read while they run.</summary>
    public IEnumerable<WalkCounters> Counters => _contexts.Select(context => context.Counters);

    /// <summary>Walks everything.</summary>
    /// <returns>The node of <c>/</c>; null if it could not be looked at.</returns>
    public byte[]? Run()
    {
        Pool.Run(context => DirectoryTask.Root(this, _sources).Walk(context));
        return _root;
    }

    /// <summary>Takes the node of the root and ends the walk.</summary>
    public void Complete(byte[]? root)
    {
        _root = root;
        Pool.Done();
    }

    public DirectoryListing RentListing() => _listings.TryTake(out DirectoryListing? listing) ? listing : new();

    public void Return(DirectoryListing listing)
    {
        listing.Clear();
        if (listing.IsReusable && _listings.Count < MaxPooled)
        {
            _listings.Add(listing);
        }
    }

    public DirectoryEncoder RentEncoder() => _encoders.TryTake(out DirectoryEncoder? encoder)
        ? encoder
        : new DirectoryEncoder(Services.Owners, Services.PutPage);

    public void Return(DirectoryEncoder encoder)
    {
        if (_encoders.Count < MaxPooled)
        {
            _encoders.Add(encoder);
        }
    }
}
