using System.Diagnostics;
using System.Globalization;

namespace Ledger.Tests.Harness;

/// <summary>The one way in which tests wait for what happens by itself. It never gives up in silence: the failure names what was waited for, and
/// what was seen last.</summary>
internal static class Eventually
{
    /// <summary>Far more than anything takes on a busy machine; nothing is measured by it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks until what it sees is as it should be, and returns that.</summary>
    /// <param name="what">What is waited for, as a sentence.</param>
    /// <param name="look">Looks once.</param>
    /// <param name="isSo">Whether what was seen is it.</param>
    /// <param name="pause">Between two looks; null: 20 ms.</param>
    public static async Task<T> GetAsync<T>(string what, Func<Task<T>> look, Func<T, bool> isSo, TimeSpan? pause = null)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(pause ?? s_pause, TestContext.Current.CancellationToken))
        {
            var seen = await look();
            if (isSo(seen))
            {
                return seen;
            }

            Assert.True(since.Elapsed < Patience, string.Create(CultureInfo.InvariantCulture,
                $"Waited for {Patience.TotalSeconds:0} s in vain. {what} Seen last: {Shown(seen)}"));
        }
    }

    /// <summary>Waits until something is so.</summary>
    public static Task IsSoAsync(string what, Func<Task<bool>> isSo) => GetAsync(what, isSo, x => x);

    /// <summary>Waits until something is so that can be seen at once.</summary>
    public static Task IsSoAsync(string what, Func<bool> isSo) => IsSoAsync(what, () => Task.FromResult(isSo()));

    /// <summary>Waits until a number stands still for a while, and returns it: what was under way is done.</summary>
    public static async Task<long> StandsStillAsync(string what, Func<Task<long>> look, TimeSpan still)
    {
        var (last, since) = (long.MinValue, Stopwatch.StartNew());
        return await GetAsync(what, async () =>
        {
            if (await look() is var now && now != last)
            {
                last = now;
                since.Restart();
            }

            return last;
        }, _ => since.Elapsed >= still);
    }

    private static string Shown<T>(T seen) => $"{seen}" is { Length: > 2_000 } text ? text[..2_000] + "…" : $"{seen}";
}
