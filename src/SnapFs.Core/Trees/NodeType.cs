namespace SnapFs.Trees;

/// <summary>What a node is.</summary>
public enum NodeType : byte
{
    File = 1,
    Directory = 2,
    Symlink = 3,
    CharacterDevice = 4,
    BlockDevice = 5,
    Fifo = 6,
    Socket = 7,
}
