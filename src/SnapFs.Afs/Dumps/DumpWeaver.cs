namespace SnapFs.Afs.Dumps;

/// <summary>Says of every byte of a dump where it is: in the skeleton, or in which long content.</summary>
/// <remarks>Immutable. 16 bytes of memory a long content.</remarks>
public sealed class DumpWeaver
{
    private readonly long[] _skeletonOffsets;
    private readonly long[] _contentOffsets;

    private DumpWeaver(long[] skeletonOffsets, long[] contentOffsets, long skeletonLength, long contentsLength)
    {
        _skeletonOffsets = skeletonOffsets;
        _contentOffsets = contentOffsets;
        SkeletonLength = skeletonLength;
        ContentsLength = contentsLength;
    }

    /// <summary>Number of long contents.</summary>
    public int Count => _skeletonOffsets.Length;

    /// <summary>Bytes of the skeleton.</summary>
    public long SkeletonLength { get; }

    /// <summary>Bytes of all long contents.</summary>
    public long ContentsLength { get; }

    /// <summary>Bytes of the dump.</summary>
    public long Length => SkeletonLength + ContentsLength;

    /// <summary>Bytes of memory that the places take.</summary>
    internal long Footprint => 2L * sizeof(long) * Count;

    /// <summary>The place of a long content.</summary>
    /// <param name="number">Its number in the order of the dump, from 0.</param>
    public Splice this[int number] => new(_skeletonOffsets[number], EndOf(number) - _contentOffsets[number]);

    /// <summary>Finds the places by parsing a skeleton.</summary>
    /// <param name="skeleton">What an <see cref="IDumpSkeleton"/> was given, from its first byte; read to its end.</param>
    /// <exception cref="DumpException">It is not the skeleton of a dump.</exception>
    public static DumpWeaver Read(Stream skeleton)
    {
        Places places = new(new DumpReader(skeleton, skeleton: null, isSkeleton: true));
        places.ReadAll();
        return places.Build(places.Contents);
    }

    /// <summary>The same for a dump that was cut off, so that its last long content may have only its beginning.</summary>
    /// <param name="skeleton">What an <see cref="IDumpSkeleton"/> was given; read to its end.</param>
    /// <param name="contentsLength">Bytes there are of all long contents.</param>
    /// <exception cref="DumpException">It is not the skeleton of a dump.</exception>
    /// <exception cref="InvalidEncodingException">The skeleton does not end where contents of that length could.</exception>
    public static DumpWeaver ReadCut(Stream skeleton, long contentsLength)
    {
        Places places = new(new DumpReader(skeleton, skeleton: null, isSkeleton: true));
        try
        {
            places.ReadAll();
        }
        catch (DumpException e) when (e.Fault == DumpFault.Truncated)
        {
            places.Salvage(e);
        }

        bool isCutContent = places.EndsAtContent
            && contentsLength >= places.ContentsBeforeLast && contentsLength <= places.Contents;
        return contentsLength == places.Contents || isCutContent
            ? places.Build(contentsLength)
            : throw new InvalidEncodingException(
                $"dump/contents has {contentsLength} bytes, but the skeleton leaves out {places.Contents}");
    }

    /// <summary>Where the bytes of the dump from an offset on are.</summary>
    /// <param name="offset">From 0 to <see cref="Length"/>.</param>
    public WovenRange Find(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length);
        int number = LastContentAt(offset);
        if (number >= 0)
        {
            long within = offset - StartOf(number);
            long length = EndOf(number) - _contentOffsets[number];
            if (within < length)
            {
                return new WovenRange(number, _contentOffsets[number] + within, within, length - within);
            }
        }

        long contentsBefore = number >= 0 ? EndOf(number) : 0;
        long skeletonEnd = number + 1 < Count ? _skeletonOffsets[number + 1] : SkeletonLength;
        long skeletonOffset = offset - contentsBefore;
        return new WovenRange(-1, skeletonOffset, 0, skeletonEnd - skeletonOffset);
    }

    /// <summary>Offset in the dump at which a content begins.</summary>
    /// <param name="number">Its number, from 0.</param>
    public long StartOf(int number) => _skeletonOffsets[number] + _contentOffsets[number];

    /// <summary>Collects where long contents belong.</summary>
    private sealed class Places(DumpReader reader)
    {
        private readonly List<long> _skeletonOffsets = [];
        private readonly List<long> _contentOffsets = [];

        /// <summary>Bytes that the contents should have.</summary>
        public long Contents { get; private set; }

        /// <summary>The same without the last content.</summary>
        public long ContentsBeforeLast => _contentOffsets.Count == 0 ? 0 : _contentOffsets[^1];

        /// <summary>Whether nothing follows the last content.</summary>
        public bool EndsAtContent => _skeletonOffsets.Count > 0 && _skeletonOffsets[^1] == reader.Offset;

        public void ReadAll()
        {
            for (DumpStep step; (step = reader.Read()) != DumpStep.End;)
            {
                if (step != DumpStep.Content || !reader.IsLongContent)
                {
                    continue;
                }

                if (reader.Record.ContentLength > (long.MaxValue / 2) - Contents)
                {
                    throw DumpException.Damaged(
                        reader.Offset, "contents that add up to less than 2^62 bytes", "more", reader.Whole);
                }

                _skeletonOffsets.Add(reader.Offset);
                _contentOffsets.Add(Contents);
                Contents += reader.Record.ContentLength;
            }
        }

        public void Salvage(DumpException fault) => reader.Salvage(fault);

        public DumpWeaver Build(long contents) => new([.. _skeletonOffsets], [.. _contentOffsets], reader.Offset, contents);
    }

    private long EndOf(int number) => number + 1 < Count ? _contentOffsets[number + 1] : ContentsLength;

    /// <summary>The last content that begins at or before an offset of the dump, or -1.</summary>
    private int LastContentAt(long offset)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (StartOf(middle) <= offset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }
}
