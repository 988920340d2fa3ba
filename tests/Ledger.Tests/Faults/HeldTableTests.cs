using Ledger.Tests.Harness;
using Npgsql;

namespace Ledger.Tests.Faults;

/// <summary>A report and its evidence are written in one transaction: both or neither, whatever stands in the way of one of them.</summary>
[Collection(Alone.Name)]
[Trait("Category", KillingTests.Category)]
public sealed class HeldTableTests
{
    [Fact]
    public async Task A_report_whose_evidence_cannot_be_written_is_not_recorded_and_goes_in_when_it_is_sent_again()
    {
        // The store waits for a command half a minute; here two seconds.
        var impatient = new NpgsqlConnectionStringBuilder(await Databases.MakeAsync()) { CommandTimeout = 2 }.ConnectionString;
        await using var service = await Service.StartOnAsync(impatient);
        var before = await ReportBuilder.Report("KGZ", "anka", 3).PostAsync(service);
        var report = Reports.ReportBodies.Delivery("held", "KGZ", "aksungur", 5).ToJsonString();
        await using (await Databases.HoldAsync(service.ConnectionString, "lock table ledger.evidence in exclusive mode"))
        {
            var refused = await Service.PostAsync(service.Reporter, "/v1/deliveries", report);
            Assert.Equal(503, refused.Status);
            Assert.NotNull(refused.Headers.RetryAfter);
            // Questions are answered meanwhile, of what is recorded.
            Assert.Equal(3, (await service.AskAsync("/v1/countries/KGZ/fleet/anka")).Long("estimate.best"));
            Assert.Equal(before.Position, await service.ScalarAsync<long>("select max(seq_id) from ledger.mt_events where type <> 'tombstone'"));
        }

        var after = await Service.PostAsync(service.Reporter, "/v1/deliveries", report);
        Assert.Equal(201, after.Status);
        Assert.Equal(5, (await service.AskAsync("/v1/countries/KGZ/fleet/aksungur", after.Position)).Long("estimate.best"));
        Assert.Equal((1L, 1L), (await service.ScalarAsync<long>("select count(*) from ledger.mt_events where type = 'delivery_reported' and data ->> 'id' = 'held'"),
            await service.ScalarAsync<long>("select count(*) from ledger.evidence where platform = 'aksungur'")));
    }

    [Fact]
    public async Task Two_services_that_were_not_told_of_each_other_record_each_report_once_and_who_is_left_goes_on()
    {
        var first = await Service.StartAsync();
        await using var second = await first.AnotherNodeAsync();
        try
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, 30), async (i, _) =>
            {
                await ReportBuilder.Report("KGZ", $"bird-{i}", 1).PostAsync(first);
                await ReportBuilder.Report("KGZ", $"kite-{i}", 1).PostAsync(second);
            });
            Assert.Equal(60, (await second.AskAsync("/v1/countries/KGZ/fleet")).GetProperty("holdings").GetArrayLength());
        }
        finally
        {
            await first.DisposeAsync();
        }

        var after = await ReportBuilder.Report("KGZ", "aksungur", 5).PostAsync(second);
        Assert.Equal(5, (await second.AskAsync("/v1/countries/KGZ/fleet/aksungur", after.Position)).Long("estimate.best"));
    }
}
