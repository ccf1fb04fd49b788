using SnapFs.Afs.Chains;
using SnapFs.Testing;

namespace SnapFs.Afs.Tests.Chains;

public sealed class VolumeStateTests
{
    [Fact]
    public void Records_in_any_order_give_the_same_state_as_a_dictionary() => Seeds.ForEach(300, random =>
    {
        SortedDictionary<uint, (uint Uniq, int Value)> model = [];
        VolumeState<int> state = new();
        for (int step = 0; step < 4; step++)
        {
            VolumeStateBuilder<int> builder = new(state);
            SortedDictionary<uint, (uint Uniq, int Value)> next = [];
            for (int i = random.Next(60); i > 0; i--)
            {
                uint vnode = (uint)random.Next(1, 40);
                if (random.Next(2) == 0 && model.TryGetValue(vnode, out (uint Uniq, int Value) old))
                {
                    Assert.Equal(old.Value, builder.Keep(vnode, old.Uniq));
                    next[vnode] = old;
                }
                else
                {
                    next[vnode] = ((uint)random.Next(5), random.Next());
                    builder.Put(vnode, next[vnode].Uniq, next[vnode].Value);
                }
            }

            state = builder.Build();
            model = next;
        }

        Assert.Equal(
            model.Select(pair => (pair.Key, pair.Value.Uniq, pair.Value.Value)).OrderByDescending(vnode => vnode.Key % 2)
                .ThenBy(vnode => vnode.Key),
            Enumerable.Range(0, state.Count).Select(i => (state.VnodeAt(i), state.UniqAt(i), state.ValueAt(i))));
        Assert.All(Enumerable.Range(0, state.Count), i => Assert.Equal(i, state.IndexOf(state.VnodeAt(i))));
        Assert.Equal(-1, state.IndexOf(77));
    });

    [Fact]
    public void A_bare_record_of_a_reused_number_breaks_the_chain()
    {
        VolumeStateBuilder<int> first = new(new VolumeState<int>());
        first.Put(6, 4, 0);
        VolumeStateBuilder<int> second = new(first.Build());

        ChainException e = Assert.Throws<ChainException>(() => second.Keep(6, 249));

        Assert.Equal(
            "chain broken: vnode 6.249 is listed as unchanged but the chain does not hold it (it holds 6.4)", e.Message);
    }
}
