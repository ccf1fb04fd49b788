using Xunit.Abstractions;

namespace SnapFs.EndToEnd.Tests.Harness;

/// <summary>Begins with the tests of the AFS cell: they are one after the other, so begun last they would run on when nothing else does.
/// </summary>
public sealed class CellFirst : ITestCollectionOrderer
{
    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection => collection.DisplayName == AfsCellCollection.Name);
}
