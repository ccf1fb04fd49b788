using SnapFs.Files.Backups;
using SnapFs.Text;

namespace SnapFs.Files.Scanning;

internal sealed partial class DirectoryTask
{
    private HashSet<string>? _leftOut;

    /// <summary>Remembers a name that is there and left out, if anybody is told of what has gone.</summary>
    private void NoteLeftOut(ReadOnlySpan<byte> name)
    {
        if (_onGone is not null && _previous is not null)
        {
            (_leftOut ??= []).Add(RawText.FromBytes(name));
        }
    }

    /// <summary>Tells of a name of the tree before that this one lacks. What was left out, or not looked at because the whole
    /// directory was, has not gone; a source that is missing is told of as a problem.</summary>
    private void TellGone(ReadOnlySpan<byte> name)
    {
        bool isLeftOut = _isTagged || _isBarred
            || _leftOut?.Contains(RawText.FromBytes(name)) == true
            || (_services.MissingSources.Count > 0
                && _services.MissingSources.Contains(RawText.FromBytes(PathOf(name))));
        if (!isLeftOut)
        {
            _services.Changed(FileChange.Gone, this, name);
        }
    }
}
