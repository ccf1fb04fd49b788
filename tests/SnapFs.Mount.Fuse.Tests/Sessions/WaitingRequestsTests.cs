using System.Diagnostics;
using SnapFs.Mount.Fuse.Sessions;

namespace SnapFs.Mount.Fuse.Tests.Sessions;

public sealed class WaitingRequestsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private readonly WaitingRequests _waits = new(maxWaiting: 2, Patience);

    [Fact]
    public void No_more_wait_than_may_and_what_was_put_off_first_is_next()
    {
        Assert.True(_waits.TryBegin(1, 7, out _, out _));
        Assert.False(_waits.PutOff(9, 7, [9])); // it may wait
        Assert.True(_waits.TryBegin(2, 7, out _, out _));
        Assert.False(_waits.TryBegin(3, 7, out bool isInterrupted, out _));
        Assert.False(isInterrupted);
        Assert.True(_waits.PutOff(3, 7, [3]));
        Assert.True(_waits.PutOff(4, 7, [4]));
        Assert.False(_waits.TryTake(out _));

        Assert.False(_waits.End(1));
        Assert.True(_waits.TryTake(out PutOffRequest? next));
        Assert.Equal([3], next.Bytes);
        Assert.Equal(7, next.Device);
        Assert.Equal(1, _waits.PutOffCount);
    }

    [Fact]
    public void A_request_that_waits_is_answered_once_when_it_is_interrupted()
    {
        _waits.TryBegin(1, 7, out _, out _);
        Assert.True(_waits.Interrupt(1, out int device));
        Assert.Equal(7, device);
        Assert.False(_waits.Interrupt(1, out _));
        Assert.True(_waits.End(1));
        Assert.False(_waits.End(1));
    }

    [Fact]
    public void A_request_that_was_put_off_is_answered_when_it_is_interrupted()
    {
        _waits.TryBegin(1, 7, out _, out _);
        _waits.TryBegin(2, 7, out _, out _);
        _waits.PutOff(3, 7, [3]);
        Assert.True(_waits.Interrupt(3, out int device));
        Assert.Equal(7, device);
        _waits.End(1);
        Assert.False(_waits.TryTake(out _));
    }

    [Fact]
    public void An_interrupt_that_comes_before_its_request_waits_is_not_lost()
    {
        Assert.False(_waits.Interrupt(1, out _));
        Assert.False(_waits.TryBegin(1, 7, out bool isInterrupted, out _));
        Assert.True(isInterrupted);
    }

    [Fact]
    public void What_an_interrupted_request_waits_for_is_given_up_a_moment_later_and_not_at_once()
    {
        Assert.True(_waits.TryBegin(1, 7, out _, out CancellationToken ended));
        Assert.True(_waits.TryBegin(2, 7, out _, out CancellationToken other));
        long start = Stopwatch.GetTimestamp();
        _waits.Interrupt(1, out _);

        Assert.True(ended.WaitHandle.WaitOne(TimeSpan.FromSeconds(30)));
        Assert.InRange(Stopwatch.GetElapsedTime(start), Patience / 2, TimeSpan.FromSeconds(30));
        Assert.True(_waits.End(1));
        Assert.False(other.IsCancellationRequested);
    }

    [Fact]
    public void A_mount_that_ends_ends_all_waits_and_those_to_come()
    {
        Assert.True(_waits.TryBegin(1, 7, out _, out CancellationToken ended));
        _waits.Stop();

        Assert.True(ended.WaitHandle.WaitOne(TimeSpan.FromSeconds(30)));
        Assert.True(_waits.TryBegin(2, 7, out _, out CancellationToken later));
        Assert.True(later.IsCancellationRequested);
        Assert.False(_waits.End(1));
        _waits.Stop(); // one that has ended is left alone
        Assert.False(_waits.End(2));
    }

    [Theory]
    [InlineData(4096, 256)]
    [InlineData(16384, 64)]
    [InlineData(65536, 16)]
    public void A_request_of_as_many_pages_as_are_said_asks_for_what_a_reply_holds(int pageSize, int pages) =>
        Assert.Equal(pages, FuseHandshake.MaxPagesOf(pageSize));
}
