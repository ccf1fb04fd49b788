using SnapFs.EndToEnd.Tests.Importing;
using Xunit.Abstractions;

namespace SnapFs.EndToEnd.Tests.Harness;

/// <summary>Begins with the tests of the AFS cell, then with those of other programs' repositories: each of the two are one after the
/// other, so begun last they would run on when nothing else does.</summary>
public sealed class LongFirst : ITestCollectionOrderer
{
    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections
        .OrderByDescending(collection => collection.DisplayName == AfsCellCollection.Name)
        .ThenByDescending(collection => collection.DisplayName.EndsWith(nameof(ImportTests), StringComparison.Ordinal));
}
