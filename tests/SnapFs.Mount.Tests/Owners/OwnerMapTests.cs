using SnapFs.Mount.Events;
using SnapFs.Mount.Owners;
using SnapFs.Owners;

namespace SnapFs.Mount.Tests.Owners;

public sealed class OwnerMapTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Users _users = new();
    private readonly SettableClock _clock = new();
    private readonly List<MountEvent> _events = [];

    [Fact]
    public void A_name_that_moves_to_another_user_is_followed_within_minutes()
    {
        using OwnerMap owners = Make();
        _users.Numbers["alice"] = 1001;
        Assert.Equal(new MappedOwner(1001, true), owners.Map(7, "alice"u8, isUser: true));

        _users.Numbers["alice"] = 1002;
        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(1001u, owners.Map(7, "alice"u8, isUser: true).Id);
        Assert.Equal(1, _users.Asked);

        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True(SpinWait.SpinUntil(() => owners.Map(7, "alice"u8, isUser: true).Id == 1002, Patience)); // behind what is shown
    }

    [Fact]
    public void An_answer_that_is_long_out_of_date_is_not_shown_even_once()
    {
        using OwnerMap owners = Make();
        _users.Numbers["alice"] = 1001;
        owners.Map(7, "alice"u8, isUser: true);

        _users.Numbers.Remove("alice");
        _users.Numbers["bob"] = 7;
        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(new MappedOwner(7, false, IsTaken: true), owners.Map(7, "alice"u8, isUser: true));
    }

    [Fact]
    public void While_the_name_service_hangs_an_owner_is_unknown_and_nothing_is_kept()
    {
        using ManualResetEventSlim answers = new();
        _users.Answering = answers.Wait;
        using OwnerMap owners = new(_users, TimeProvider.System, beforeWaiting: null, _events.Add);
        _users.Numbers["alice"] = 1001;

        long mark = owners.Mark;
        Assert.Equal(new MappedOwner(7, false, IsTaken: true), owners.Map(7, "alice"u8, isUser: true));
        Assert.False(owners.IsCertainSince(mark));
        Assert.False(owners.IsCertainSince(owners.Mark));

        answers.Set();
        Assert.True(SpinWait.SpinUntil(() => owners.Map(7, "alice"u8, isUser: true).Id == 1001, Patience));
        mark = owners.Mark;
        owners.Map(7, "alice"u8, isUser: true);
        Assert.True(owners.IsCertainSince(mark));
    }

    [Fact]
    public void A_user_database_that_throws_is_in_the_log_and_asked_again()
    {
        _users.Answering = () => throw new InvalidOperationException("no library");
        using OwnerMap owners = new(_users, TimeProvider.System, beforeWaiting: null, _events.Add);
        _users.Numbers["alice"] = 1001;

        Assert.True(owners.Map(7, "alice"u8, isUser: true).IsTaken);
        Assert.Contains(_events, happened => happened.Message.Contains("no library", StringComparison.Ordinal));

        _users.Answering = null;
        Assert.True(SpinWait.SpinUntil(() => owners.Map(7, "alice"u8, isUser: true).Id == 1001, Patience));
    }

    private OwnerMap Make() => new(_users, _clock, beforeWaiting: null, _events.Add);

    private sealed class Users : IUserDatabase
    {
        public Dictionary<string, uint> Numbers { get; } = [];

        public Action? Answering { get; set; }

        public int Asked { get; private set; }

        public bool TryFindUser(ReadOnlySpan<byte> name, out uint id)
        {
            Asked++;
            Answering?.Invoke();
            return Numbers.TryGetValue(System.Text.Encoding.ASCII.GetString(name), out id);
        }

        public bool TryFindGroup(ReadOnlySpan<byte> name, out uint id) => TryFindUser(name, out id);

        public bool HasUser(uint id) => Numbers.ContainsValue(id);

        public bool HasGroup(uint id) => HasUser(id);
    }

    /// <summary>Stands still unless it is moved.</summary>
    private sealed class SettableClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _ticks);

        public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
    }
}
