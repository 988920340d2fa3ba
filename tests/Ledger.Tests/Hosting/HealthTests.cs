using Ledger.Hosting;

namespace Ledger.Tests.Hosting;

public class HealthTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_read_model_that_stands_still_while_there_is_work_counts_as_stopped()
    {
        var waiting = new Lag(5, 9, Noon, Moved: Noon.AddHours(-1));
        Assert.False(waiting.IsStalled(Noon + Limits.Stalled));
        Assert.True(waiting.IsStalled(Noon + Limits.Stalled + TimeSpan.FromSeconds(1)));
        Assert.False((waiting with { Moved = Noon + (Limits.Stalled * 0.9) }).IsStalled(Noon + (Limits.Stalled * 1.8)));
        Assert.False((waiting with { Position = 9, Since = null }).IsStalled(Noon.AddDays(1)));
    }

    [Fact]
    public async Task A_service_whose_read_model_has_stopped_is_not_ready()
    {
        await using var service = await Service.StartAsync();
        var posted = await Told.Report("KGZ", "aksungur", 3).PostAsync(service);
        await service.AskAsync("/v1/countries", posted.Position);
        Assert.Equal(200, (await Service.GetAsync(service.Reader, "/health/ready")).Status);

        // As if the projection had stopped two minutes ago, before the last event.
        var age = Limits.Stalled * 2;
        await service.ScalarAsync<int>("with held as (update ledger.mt_events set timestamp = now() - $1 returning 1), "
            + "back as (update ledger.mt_event_progression set last_seq_id = 1, last_updated = now() - $1 where name = 'evidence:All' returning 1) "
            + "select (select count(*) from held)::int + (select count(*) from back)::int", age);
        var answer = await Service.GetAsync(service.Reader, "/health/ready");
        Assert.Equal(503, answer.Status);
        Assert.Contains("stood still at position 1", answer.Json.Text("detail"), StringComparison.Ordinal);
    }
}
