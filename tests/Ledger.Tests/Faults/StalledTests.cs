using Ledger.Tests.Hosting;
using Npgsql;

namespace Ledger.Tests.Faults;

/// <summary>A projection that met a fault has stopped, and the store starts it never again: the service must, and say so meanwhile.</summary>
[Collection(Alone.Name)]
[Trait("Category", KillingTests.Category)]
public sealed class StalledTests
{
    [Fact]
    public async Task A_projection_that_waited_too_long_for_a_lock_is_started_again_and_the_stall_is_said_within_a_minute()
    {
        // The store waits for a command half a minute; here two seconds, so that all its attempts have failed long before the lock is gone.
        var impatient = new NpgsqlConnectionStringBuilder(await Databases.MakeAsync()) { CommandTimeout = 2 }.ConnectionString;
        await using var service = await Service.StartOnAsync(impatient);
        var before = await Told.Report("KGZ", "anka", 3).PostAsync(service);
        await service.AskAsync("/v1/countries/KGZ/fleet/anka", before.Position);

        Answered after;
        await using (var holder = new NpgsqlConnection(service.ConnectionString))
        {
            await holder.OpenAsync(TestContext.Current.CancellationToken);
            await using var transaction = await holder.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using (var held = new NpgsqlCommand("lock table ledger.evidence in exclusive mode", holder, transaction))
            {
                await held.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            }

            // Reports are recorded and fleets answered as if nothing were wrong, and it is said that something is.
            after = await Told.Report("KGZ", "aksungur", 5).PostAsync(service);
            var ready = await UntilAsync(service, 503);
            Assert.EndsWith("/problems/stalled", ready.Json.Text("type"), StringComparison.Ordinal);
            Assert.Contains($"position {before.Position}", ready.Json.Text("detail"), StringComparison.Ordinal);
            Assert.NotNull(ready.Headers.RetryAfter);
            Assert.Equal(3, (await service.AskAsync("/v1/countries/KGZ/fleet/anka")).Long("estimate.best"));
        }

        await UntilAsync(service, 200);
        Assert.Equal(5, (await service.AskAsync("/v1/countries/KGZ/fleet/aksungur", after.Position)).Long("estimate.best"));
    }

    private static async Task<Answered> UntilAsync(Service service, int status)
    {
        for (var tries = 0; ; tries++)
        {
            var answer = await Service.GetAsync(service.Reader, "/health/ready");
            if (answer.Status == status)
            {
                return answer;
            }

            Assert.True(tries < 240, $"A minute has passed, and /health/ready is {answer.Status}: {answer.Body}");
            await Task.Delay(250, TestContext.Current.CancellationToken);
        }
    }
}
