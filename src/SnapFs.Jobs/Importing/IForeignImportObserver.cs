namespace SnapFs.Jobs.Importing;

/// <summary>Learns what becomes of each snapshot of another program.</summary>
public interface IForeignImportObserver
{
    /// <summary>One is here, or would be.</summary>
    void Imported(ForeignImportOutcome outcome);

    /// <summary>One could not be taken over; nothing of it counts.</summary>
    void Failed(ForeignSnapshot snapshot, SnapFsException failure);
}
