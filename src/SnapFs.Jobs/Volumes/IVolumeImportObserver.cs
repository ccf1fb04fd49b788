using SnapFs.Repository.Reading;

namespace SnapFs.Jobs.Volumes;

/// <summary>Learns what becomes of each dump of an import, one after the other. Never throws.</summary>
public interface IVolumeImportObserver
{
    /// <summary>A dump was taken in, is there already, or would be taken in.</summary>
    /// <param name="outcome">What became of it.</param>
    /// <param name="reader">The repository as it is now.</param>
    void Imported(VolumeImportOutcome outcome, RepositoryReader reader);

    /// <summary>Nothing of a dump counts; it does not keep the others from being taken in.</summary>
    /// <param name="name">Its name for messages.</param>
    /// <param name="failure">What is wrong with it.</param>
    void Failed(string name, SnapFsException failure);
}
