using System.Diagnostics;

namespace SnapFs.Afs.Dumps;

/// <summary>
/// Reads a volume dump of OpenAFS front to back, in constant memory: the headers, then record after record. Use:
/// <code>
/// DumpReader reader = new(stream);
/// for (DumpStep step; (step = reader.Read()) != DumpStep.End;) { … }
/// </code>
/// </summary>
/// <remarks>
/// <para>Fields may come in any order, so a content may precede fields of its own record: a record with a content is
/// given as <see cref="DumpStep.Content"/> with the fields so far, and after it as <see cref="DumpStep.Record"/> with all.
/// A record without one gives <see cref="DumpStep.Record"/> only.</para>
/// <para>Not thread-safe. The stream is read, never sought, and left open. Every error in the bytes is a
/// <see cref="DumpException"/>; errors of the stream itself pass through.</para>
/// </remarks>
public sealed partial class DumpReader
{
    private readonly DumpInput _input;
    private readonly bool _isSkeleton;
    private readonly bool _hasSkeletonSink;
    private VnodeRecord _record;
    private State _state = State.BetweenRecords;
    private bool _nextIsCritical;
    private bool _isLeftOut;
    private long _contentLeft;

    private enum State
    {
        BetweenRecords,
        InContent,
        AfterContent,
        Ended,
    }

    /// <summary>Reads both headers.</summary>
    /// <param name="stream">The dump; it must be at its first byte.</param>
    /// <param name="skeleton">Takes the dump without its long contents while it is read, or null.</param>
    /// <exception cref="DumpException">It is no dump, or its headers are damaged or cut off.</exception>
    public DumpReader(Stream stream, IDumpSkeleton? skeleton = null)
        : this(stream, skeleton, isSkeleton: false)
    {
    }

    /// <param name="stream">A dump, or its skeleton.</param>
    /// <param name="skeleton">See the public constructor.</param>
    /// <param name="isSkeleton">Whether long contents are left out of <paramref name="stream"/>.</param>
    internal DumpReader(Stream stream, IDumpSkeleton? skeleton, bool isSkeleton)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _input = new DumpInput(stream, skeleton);
        _isSkeleton = isSkeleton;
        _hasSkeletonSink = skeleton is not null;
        ReadBegin();
        Header = ReadDumpHeader();
        Volume = ReadVolumeHeaders();
    }

    /// <summary>The first section.</summary>
    public DumpHeader Header { get; }

    /// <summary>The second section; if it is repeated, a field counts as it came last.</summary>
    public VolumeHeader Volume { get; }

    /// <summary>The record that <see cref="Read"/> came to; after <see cref="DumpStep.Content"/> with the fields so far.</summary>
    public ref readonly VnodeRecord Record => ref _record;

    /// <summary>Bytes of the stream taken so far.</summary>
    public long Offset => _input.Offset;

    /// <summary>Bytes up to the end of the last whole record.</summary>
    public long WholeLength => _input.WholeLength;

    /// <summary>All whole records so far.</summary>
    public WholeRecords Whole => _input.Whole;

    /// <summary>Whether the content that <see cref="Read"/> came to is longer than <see cref="Splice.Threshold"/>, hence
    /// left out of the skeleton.</summary>
    public bool IsLongContent => _record.ContentLength > Splice.Threshold;

    /// <summary>Goes on to the next content, record or the end; what is left of a content is skipped.</summary>
    /// <exception cref="DumpException">The dump is damaged or cut off.</exception>
    public DumpStep Read()
    {
        switch (_state)
        {
            case State.Ended:
                return DumpStep.End;
            case State.InContent:
                SkipContent();
                _state = State.AfterContent;
                break;
            default:
                break;
        }

        if (_state == State.BetweenRecords)
        {
            byte section = _input.Byte("a vnode or the end mark");
            if (section == DumpTags.DumpEnd)
            {
                ReadEnd();
                return DumpStep.End;
            }

            if (section != DumpTags.Vnode)
            {
                throw _input.Damaged(_input.Offset - 1, "a vnode (03) or the end mark (04)", $"{section:x2}");
            }

            BeginRecord();
        }

        return ReadFields();
    }

    /// <summary>Reads on in the content that <see cref="Read"/> came to.</summary>
    /// <returns>Bytes written to <paramref name="destination"/>; 0 only at the end of the content, or if the destination
    /// is empty.</returns>
    /// <exception cref="DumpException">The dump ends within the content.</exception>
    /// <exception cref="InvalidOperationException"><see cref="Read"/> has not come to a content.</exception>
    public int ReadContent(Span<byte> destination)
    {
        if (_state != State.InContent)
        {
            throw new InvalidOperationException("the reader is not at a content");
        }

        int wanted = (int)Math.Min(destination.Length, _contentLeft);
        if (wanted == 0)
        {
            return 0;
        }

        int read = _input.ReadContent(
            destination[..wanted], _isLeftOut || !_hasSkeletonSink, "more of a vnode's content");
        _contentLeft -= read;
        return read;
    }

    /// <summary>After a dump turned out not to be whole: of one that is cut off takes the bytes that lead nowhere, so that the
    /// skeleton has all that there was but long contents, and <see cref="Offset"/> is the length of the stream; of one that is
    /// damaged gives back the bytes that cannot be, so that the skeleton ends before them as if it were cut off there.</summary>
    /// <param name="fault">What <see cref="Read"/> or <see cref="ReadContent"/> failed with.</param>
    public void Salvage(DumpException fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (fault.Fault == DumpFault.Truncated)
        {
            _input.TakeRest();
        }
        else
        {
            _input.GiveBackFrom(fault.Offset);
        }

        _state = State.Ended;
    }

    private void SkipContent()
    {
        _input.Skip(_contentLeft, "more of a vnode's content");
        _contentLeft = 0;
        if (_isLeftOut)
        {
            _input.EndLeavingOut();
            _isLeftOut = false;
        }
    }

    private DumpStep BeginContent(long length)
    {
        _record.ContentLength = length;
        _contentLeft = length;
        _isLeftOut = length > Splice.Threshold;
        if (_isLeftOut)
        {
            _input.BeginLeavingOut(length);
            if (_isSkeleton)
            {
                _contentLeft = 0;
            }
        }

        _state = State.InContent;
        return DumpStep.Content;
    }

    private void ReadEnd()
    {
        long offset = _input.Offset;
        uint magic = _input.UInt32("the end mark");
        if (magic != DumpTags.EndMagic)
        {
            throw _input.Damaged(offset, $"the end mark {DumpTags.EndMagic:x8}", $"{magic:x8}");
        }

        if (!_input.IsAtEnd())
        {
            throw _input.Trailing(_input.Offset);
        }

        _input.PassOn();
        _state = State.Ended;
    }

    /// <summary>A tag that no field here has: skipped by its range, unless it is critical or can have no meaning.</summary>
    private void SkipUnknown(byte tag)
    {
        long offset = _input.Offset - 1;
        Debug.Assert(tag > DumpTags.LastSection);
        if (tag == DumpTags.Critical)
        {
            _nextIsCritical = true;
            return;
        }

        if (tag > DumpTags.LastTag || _nextIsCritical)
        {
            throw _input.Damaged(
                offset, "a tag of this format", _nextIsCritical ? $"the critical unknown tag {tag:x2}" : $"{tag:x2}");
        }

        if (tag <= DumpTags.LastLengthTag)
        {
            _input.Skip(ReadUnknownLength(), "the value of an unknown field");
        }
        else if (tag <= DumpTags.LastNumberTag)
        {
            _input.Take(sizeof(uint), "the value of an unknown field");
        }
    }

    private long ReadUnknownLength()
    {
        const string Expected = "the length of an unknown field";
        const int LongestLength = 1 + 0x7F;
        long offset = _input.Offset;
        _input.Preview(LongestLength); // of a length that cannot be, nothing may be passed on
        byte first = _input.Byte(Expected);
        if (first < 0x80)
        {
            return first;
        }

        int count = first & 0x7F;
        ulong length = 0;
        for (int i = 0; i < count; i++)
        {
            byte next = _input.Byte(Expected);
            if (length >> 54 != 0)
            {
                throw _input.Damaged(offset, "a length below 2^62", $"a number of {count} bytes");
            }

            length = (length << 8) | next;
        }

        return (long)length;
    }
}
