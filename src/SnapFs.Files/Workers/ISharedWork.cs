namespace SnapFs.Files.Workers;

/// <summary>Work in pieces that any worker may take.</summary>
internal interface ISharedWork<TContext>
{
    /// <summary>Takes the next piece; there is one. Called by one thread at a time.</summary>
    int Take();

    /// <summary>Whether pieces are left to take.</summary>
    bool HasMore { get; }

    /// <summary>Does a piece that was taken.</summary>
    void Run(TContext context, int piece);
}
