namespace SnapFs.Mount.Reads;

/// <summary>
/// The files that were read last, so that the requests of one reader do not each look the node up and decode its chunk
/// list. Few, because a list may take 160 KB. Safe for concurrent use.
/// </summary>
internal sealed class OpenFiles
{
    private const int Capacity = 32;
    private readonly Lock _lock = new();
    private readonly OpenFile?[] _files = new OpenFile?[Capacity];
    private readonly ulong[] _ids = new ulong[Capacity];
    private long _uses;

    internal OpenFile? Find(ulong nodeId, object owner)
    {
        lock (_lock)
        {
            int index = Array.IndexOf(_ids, nodeId);
            if (index < 0 || !ReferenceEquals(_files[index]!.Owner, owner)) // an id is set together with its file
            {
                return null;
            }

            _files[index]!.LastUse = ++_uses;
            return _files[index];
        }
    }

    internal void Add(OpenFile file)
    {
        lock (_lock)
        {
            int place = Array.IndexOf(_ids, file.NodeId);
            for (int i = 0; place < 0 && i < Capacity; i++)
            {
                place = _files[i] is null ? i : -1;
            }

            if (place < 0)
            {
                place = 0;
                for (int i = 1; i < Capacity; i++)
                {
                    place = _files[i]!.LastUse < _files[place]!.LastUse ? i : place; // all places are taken
                }
            }

            file.LastUse = ++_uses;
            _files[place] = file;
            _ids[place] = file.NodeId;
        }
    }
}
