namespace SnapFs.Afs.Reading;

/// <summary>Where a vnode's record begins in a made-up dump, and where its node is; 16 bytes.</summary>
/// <param name="Offset">Bytes of the dump before it.</param>
/// <param name="Page">Number of the leaf.</param>
/// <param name="Index">Place of the node in the leaf.</param>
internal readonly record struct PlannedVnode(long Offset, int Page, int Index);
