namespace SnapFs.Afs.Dumps;

/// <summary>Which of the volumes that share a parent a dump was taken of.</summary>
public enum VolumeType
{
    /// <summary>The volume that is written to.</summary>
    ReadWrite = 0,

    /// <summary>A replica, or the temporary clone that <c>vos dump -clone</c> makes.</summary>
    ReadOnly = 1,

    /// <summary>The clone that <c>vos backup</c> makes.</summary>
    Backup = 2,
}
