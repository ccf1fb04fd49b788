using SnapFs.Mount.Fuse.Sessions;

namespace SnapFs.Mount.Fuse.Tests.Sessions;

public sealed class BusyWaitTests
{
    [Fact]
    public void A_new_mount_sleeps()
    {
        BusyWait wait = new(processors: 4);

        Assert.False(wait.IsWorthwhile);
    }

    [Fact]
    public void Requests_in_quick_succession_are_waited_for_awake()
    {
        BusyWait wait = new(processors: 2);

        wait.Note(BusyWait.Window);

        Assert.True(wait.IsWorthwhile);
    }

    [Fact]
    public void A_few_pauses_are_forgiven_and_a_mount_that_is_left_alone_sleeps()
    {
        BusyWait wait = new(processors: 2);
        wait.Note(0);

        for (int i = 0; i < 3; i++)
        {
            wait.Note(BusyWait.Window + 1);
            Assert.True(wait.IsWorthwhile);
        }

        wait.Note(BusyWait.Window + 1);
        Assert.False(wait.IsWorthwhile);
    }

    [Fact]
    public void One_processor_is_never_kept_from_the_caller()
    {
        BusyWait wait = new(processors: 1);

        wait.Note(0);

        Assert.False(wait.IsWorthwhile);
    }
}
