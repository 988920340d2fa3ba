using Ledger.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Tests.Host;

public class HealthTests
{
    [Theory]
    [InlineData(7200, "ahead of")]
    [InlineData(-6, "behind")]
    public async Task A_node_whose_clock_is_off_is_not_ready_says_so_and_spoils_nothing(double seconds, string word)
    {
        await using var good = await Service.StartAsync();
        await using var off = await good.AnotherNodeAsync(builder => builder.Services.AddSingleton<TimeProvider>(new OffClock(seconds)));

        var ready = await Service.GetAsync(off.Client(null), "/health/ready");
        Assert.Equal(503, ready.Status);
        Assert.EndsWith("urn:ledger:problem:clock-off", ready.Json.Text("type"), StringComparison.Ordinal);
        Assert.Contains(word, ready.Json.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(200, (await Service.GetAsync(good.Client(null), "/health/ready")).Status);

        // What it records has the database's time, and what it is asked about stays askable everywhere.
        var first = await ReportBuilder.Report("KGZ", "aksungur", 1).PostAsync(off);
        var second = await ReportBuilder.Report("KGZ", "aksungur", 2).With("lot", "l2").PostAsync(good);
        var times = new[] { first, second }.Select(x => DateTimeOffset.Parse(x.Json.Text("recordedAt")!, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.True(times[0] < times[1]);
        Assert.InRange(times[0], DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);
        var there = await off.AskAsync($"/v1/countries/KGZ/fleet/aksungur?asOf=2023-01-01&knownAt={first.Json.Text("recordedAt")}");
        var here = await good.AskAsync($"/v1/countries/KGZ/fleet/aksungur?asOf=2023-01-01&knownAt={first.Json.Text("recordedAt")}");
        Assert.Equal(first.Position, here.Long("basis.position"));
        Assert.Equal(here.GetRawText(), there.GetRawText());
    }

    [Fact]
    public async Task A_ready_node_names_the_ledgers_end_and_a_clock_within_bounds()
    {
        await using var service = await Service.StartAsync();
        var posted = await ReportBuilder.Report("KGZ", "aksungur", 3).PostAsync(service);
        var ready = await Service.GetAsync(service.Client(null), "/health/ready");
        Assert.Equal(200, ready.Status);
        Assert.Equal(posted.Position, ready.Json.Long("end"));
        Assert.InRange(ready.Json.GetProperty("clockOffsetSeconds").GetDouble(), -5, 5);
    }

    private sealed class OffClock(double seconds) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddSeconds(seconds);
    }
}
