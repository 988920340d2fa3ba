using System.Diagnostics;
using System.Globalization;
using Ledger.Hosting;
using Ledger.Tests.Hosting;
using Ledger.Tests.Reports;
using Npgsql;

namespace Ledger.Tests.Faults;

/// <summary>A projection that met a fault has stopped, and the store starts it never again: the service must, and say so meanwhile.</summary>
[Collection(Alone.Name)]
[Trait("Category", KillingTests.Category)]
public sealed class StalledTests(ITestOutputHelper output)
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

    [Fact]
    public async Task Two_services_that_were_not_told_of_each_other_use_each_report_once_and_who_is_left_goes_on()
    {
        var first = await Service.StartAsync();
        await using var second = await Service.StartOnAsync(first.ConnectionString);
        try
        {
            // Both run the projection, and throw each other out until one has stopped.
            for (var i = 0; i < 30; i++)
            {
                await Told.Report("KGZ", $"bird-{i}", 1).PostAsync(second);
            }

            var last = await Told.Report("KGZ", "anka", 3).PostAsync(second);
            var fleet = await UntilAsync(second, 200, $"/v1/countries/KGZ/fleet?atLeast={last.Position}");
            Assert.Equal(31, fleet.Json.GetProperty("holdings").GetArrayLength());
        }
        finally
        {
            await first.DisposeAsync();
        }

        var after = await Told.Report("KGZ", "aksungur", 5).PostAsync(second);
        var holding = await UntilAsync(second, 200, $"/v1/countries/KGZ/fleet/aksungur?atLeast={after.Position}");
        Assert.Equal(5, holding.Json.Long("estimate.best"));
    }

    [Fact]
    public async Task Of_several_nodes_one_that_is_killed_leaves_the_projection_to_another()
    {
        var database = await Databases.MakeAsync();
        // One folder: they share the keys in it, and nothing else.
        var folder = Directory.CreateTempSubdirectory("ledger-faults-").FullName;
        Task<RunningProgram> StartAsync() => RunningProgram.StartAsync(folder, 0, "--ConnectionStrings:Ledger", database, "--environment", "Development",
            $"--{Schema.Setting}", Schema.Apply, "--Ledger:Nodes", "several");
        List<RunningProgram> nodes = [await StartAsync(), await StartAsync()];
        // One of the two runs the projection; both are killed in their turn.
        foreach (var killed in (int[])[0, 1])
        {
            using var reader = nodes[1 - killed].Reader();
            await UntilAsync(reader, 200, "/health/ready");
            nodes[killed].Kill();
            await nodes[killed].DisposeAsync();
            var since = Stopwatch.GetTimestamp();
            var after = await Service.PostAsync(nodes[1 - killed].Client, "/v1/deliveries", Said.Delivery($"after-{killed}", "KGZ", $"bird-{killed}", 5).ToJsonString());
            Assert.Equal(201, after.Status);
            var holding = await UntilAsync(reader, 200, $"/v1/countries/KGZ/fleet/bird-{killed}?atLeast={after.Position}");
            Assert.Equal(5, holding.Json.Long("estimate.best"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Node {killed} was killed; what was posted then was used after {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s."));
            nodes[killed] = await StartAsync();
        }

        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        await RunningProgram.DeleteAsync(folder);
    }

    private static Task<Answered> UntilAsync(Service service, int status, string path = "/health/ready") => UntilAsync(service.Reader, status, path);

    private static Task<Answered> UntilAsync(HttpClient reader, int status, string path) => Eventually.GetAsync($"{path} should be answered with {status}.",
        () => Service.GetAsync(reader, path), x => x.Status == status, TimeSpan.FromMilliseconds(250));
}
