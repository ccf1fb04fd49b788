namespace SnapFs.EndToEnd.Tests.Harness;

/// <summary>The tests that need the AFS cell.</summary>
[CollectionDefinition(Name)]
public sealed class AfsCellCollection : ICollectionFixture<AfsCellFixture>
{
    public const string Name = "AFS cell";
}
