using SnapFs.Testing.Afs;

namespace SnapFs.EndToEnd.Tests.Harness;

/// <summary>
/// The AFS cell and a week of dumps, made once for all tests of <see cref="AfsCellCollection"/>. Such tests are skippable:
/// where there can be no cell, asking for it skips the test.
/// </summary>
public sealed class AfsCellFixture : IDisposable
{
    private readonly AfsCell? cell;
    private readonly string? unavailable;
    private readonly Lazy<IReadOnlyList<VolumeDay>> week;

    public AfsCellFixture()
    {
        try
        {
            cell = AfsCell.Start(Path.Combine(SnapFsBinary.SourceRoot, "tests/afs"));
        }
        catch (AfsUnavailableException e)
        {
            unavailable = e.Message;
        }

        week = new Lazy<IReadOnlyList<VolumeDay>>(() => new VolumeWeek(Cell, seed: 1).RunAll());
    }

    /// <summary>The cell; skips the test if there is none.</summary>
    public AfsCell Cell
    {
        get
        {
            Skip.If(unavailable is not null, unavailable);
            return cell!; // not null: there is no reason why not
        }
    }

    /// <summary>The days of a week, run when first asked for. Tests leave its volumes alone.</summary>
    public IReadOnlyList<VolumeDay> Week
    {
        get
        {
            Skip.If(unavailable is not null, unavailable);
            return week.Value;
        }
    }

    public void Dispose() => cell?.Dispose();
}
