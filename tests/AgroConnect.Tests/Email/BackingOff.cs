using AgroConnect.Email;
using CsCheck;

namespace AgroConnect.Tests.Email;

[WithoutDatabase]
public sealed class BackingOff
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);

    [Fact]
    public void Waits_grow_fivefold_up_to_four_hours_give_or_take_a_fifth() =>
        Gen.Select(Gen.Int[1, 60], Gen.Double[0, 1]).Sample((attempts, jitter) =>
        {
            var steady = BackOff.After(attempts, First, 0.5);
            var wait = BackOff.After(attempts, First, jitter);

            Assert.InRange(wait / steady, 0.799, 1.201);
            Assert.InRange(steady, First, TimeSpan.FromHours(4));
            Assert.True(BackOff.After(attempts + 1, First, jitter) >= wait);
        });

    [Fact]
    public void The_schedule_is_1_5_25_and_125_minutes_then_4_hours() =>
        Assert.Equal([1, 5, 25, 125, 240, 240], Enumerable.Range(1, 6).Select(attempts => Math.Round(BackOff.After(attempts, First, 0.5).TotalMinutes)));
}
