using System.Globalization;
using Ledger.Facts;
using Ledger.Tests.EmbeddedPostgres;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;

namespace Ledger.Tests.Faults;

/// <summary>What happens to services: the database goes away and comes back, the disk is full.</summary>
[Collection(Alone.Name)]
[Trait("Category", KillingTests.Category)]
public sealed class AwayTests
{
    /// <summary>A minute for a long look.</summary>
    private static readonly TimeSpan s_away = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("LEDGER_TEST_AWAY"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 6);

    [Fact]
    public async Task While_the_database_is_away_the_service_says_so_and_afterwards_it_goes_on_by_itself()
    {
        OwnPostgres.OrSkip();
        var folder = Directory.CreateTempSubdirectory("ledger-faults-").FullName;
        Scratch.Chmod("755", folder);
        await using (var postgres = await OwnPostgres.StartAsync(folder, deleted: true))
        {
            await using var service = await Service.StartOnAsync(postgres.ConnectionString);
            var before = await ReportBuilder.Report("KGZ", "anka", 3).PostAsync(service);
            Assert.Equal(3, (await service.AskAsync("/v1/countries/KGZ/fleet/anka", before.Position)).Long("estimate.best"));

            await postgres.KillAsync();
            var gone = DateTime.UtcNow;
            while (DateTime.UtcNow - gone < s_away)
            {
                foreach (var answer in new[]
                {
                    await Service.PostAsync(service.Reporter, "/v1/deliveries", ReportBodies.Delivery("away", "KGZ", "anka", 5).ToJsonString()),
                    await Service.GetAsync(service.Reader, "/v1/countries/KGZ/fleet"), await Service.GetAsync(service.Reader, "/health/ready"),
                })
                {
                    Assert.True(answer.Status == 503, $"{answer.Status} {answer.Body}");
                    Assert.NotNull(answer.Headers.RetryAfter);
                    Assert.Contains("database", answer.Json.Text("detail"), StringComparison.Ordinal);
                }

                Assert.Equal(200, (await Service.GetAsync(service.Reader, "/health/live")).Status);
                await Task.Delay(500, TestContext.Current.CancellationToken);
            }

            await postgres.StartAsync();
            var after = await UntilRecordedAsync(service, ReportBodies.Delivery("back", "KGZ", "bayraktar-akinci", 5).ToJsonString());
            // The projection has come back too: the fleet shows what was posted since.
            var ready = await UntilAsync(async () => await Service.GetAsync(service.Reader, $"/v1/countries/KGZ/fleet/bayraktar-akinci?atLeast={after.Position}"));
            Assert.Equal(5, ready.Json.Long("estimate.best"));
        }
    }

    [Fact]
    public async Task A_service_whose_own_PostgreSQL_is_killed_starts_it_again_and_goes_on()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-faults-").FullName;
        Scratch.Chmod("755", folder);
        try
        {
            await using var service = await RunningProgram.StartAsync(folder);
            var before = await Service.PostAsync(service.Client, "/v1/deliveries", ReportBodies.Delivery("before", "KGZ", "anka", 3).ToJsonString());
            Assert.Equal(201, before.Status);
            for (var kill = 1; kill <= 2; kill++)
            {
                var cluster = Directory.GetFiles(folder, "postmaster.pid", SearchOption.AllDirectories).Single();
                Scratch.Do("kill", "-9", (await File.ReadAllLinesAsync(cluster, TestContext.Current.CancellationToken))[0]);
                var after = await UntilAsync(
                    () => Service.PostAsync(service.Client, "/v1/deliveries", ReportBodies.Delivery($"after-{kill}", "KGZ", "anka").ToJsonString()), 201, 200);
                using var reader = service.Reader();
                await UntilAsync(() => Service.GetAsync(reader, $"/v1/countries/KGZ/fleet/anka?atLeast={after.Position}"));
                Assert.Equal((200, before.Position), await AgainAsync());
            }

            async Task<(int, long)> AgainAsync()
            {
                var again = await Service.PostAsync(service.Client, "/v1/deliveries", ReportBodies.Delivery("before", "KGZ", "anka", 3).ToJsonString());
                return (again.Status, again.Position);
            }
        }
        finally
        {
            await RunningProgram.DeleteAsync(folder);
        }
    }

    [Fact]
    public async Task A_full_disk_is_said_and_loses_nothing_and_when_there_is_room_again_it_goes_on()
    {
        OwnPostgres.OrSkip();
        var folder = Directory.CreateTempSubdirectory("ledger-faults-").FullName;
        Scratch.Chmod("755", folder);
        Assert.SkipUnless(Scratch.IsRoot && TryMount(folder), "Only root can make a small file system here.");
        try
        {
            await FillAsync(folder);
        }
        finally
        {
            Scratch.Do("umount", "-l", folder);
            Directory.Delete(folder);
        }
    }

    private static async Task FillAsync(string folder)
    {
        Scratch.Chmod("755", folder);
        var ballast = Path.Combine(folder, "ballast");
        await using var postgres = await OwnPostgres.StartAsync(folder, deleted: false, "max_wal_size = 4MB", "min_wal_size = 2MB", "shared_buffers = 16MB");
        var acknowledged = new Dictionary<string, long>();
        await using (var service = await Service.StartOnAsync(postgres.ConnectionString))
        {
            // All that is left but a little.
            var left = new DriveInfo(folder).AvailableFreeSpace;
            await File.WriteAllBytesAsync(ballast, new byte[Math.Max(0, left - (3 * 1024 * 1024))], TestContext.Current.CancellationToken);
            Answered? refused = null;
            for (var i = 0; refused is null; i++)
            {
                Assert.True(i < 50_000, "The disk did not fill.");
                var body = ReportBodies.Put(ReportBodies.Delivery($"full-{i}", "KGZ", $"bird-{i % 5}"), $$"""{"note":"{{new string('n', 3_900)}}"}""").ToJsonString();
                var answer = await Service.PostAsync(service.Reporter, "/v1/deliveries", body);
                if (answer.Status == 201)
                {
                    acknowledged.Add($"full-{i}", answer.Position);
                }
                else
                {
                    refused = answer;
                }
            }

            Assert.True(refused.Status == 503, refused.Body);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.NotEmpty(acknowledged);

            File.Delete(ballast);
            if (postgres.HasExited || !await AnswersAsync(service))
            {
                // Without room for its log PostgreSQL may give up; whoever looks after it starts it again.
                await postgres.StartAsync();
            }

            await UntilRecordedAsync(service, ReportBodies.Delivery("room", "KGZ", "bird-1").ToJsonString());
            foreach (var (id, position) in acknowledged)
            {
                var again = await Service.PostAsync(service.Reporter, "/v1/deliveries",
                    ReportBodies.Put(ReportBodies.Delivery(id, "KGZ", $"bird-{int.Parse(id[5..], CultureInfo.InvariantCulture) % 5}"), $$"""{"note":"{{new string('n', 3_900)}}"}""").ToJsonString());
                Assert.True((again.Status, again.Position) == (200, position), $"{id} was acknowledged at {position}: {again.Status} {again.Body}");
            }

            await UntilAsync(() => Service.GetAsync(service.Reader, $"/v1/countries/KGZ/fleet?atLeast={acknowledged.Values.Max()}"));
        }
    }

    private static async Task<bool> AnswersAsync(Service service)
    {
        for (var i = 0; i < 20; i++)
        {
            if ((await Service.GetAsync(service.Reader, "/health/ready")).Status == 200)
            {
                return true;
            }

            await Task.Delay(250);
        }

        return false;
    }

    private static async Task<Answered> UntilRecordedAsync(Service service, string body)
    {
        var answer = await UntilAsync(() => Service.PostAsync(service.Reporter, "/v1/deliveries", body), 201, 200);
        return answer;
    }

    /// <summary>Asks until it is answered so; meanwhile 503 is all that may be said.</summary>
    private static Task<Answered> UntilAsync(Func<Task<Answered>> ask, params int[] well) => Eventually.GetAsync("It should go on by itself.", ask, x =>
    {
        var isSo = (well.Length == 0 ? [200] : well).Contains(x.Status);
        Assert.True(isSo || x.Status == 503, $"{x.Status} {x.Body}");
        return isSo;
    }, TimeSpan.FromMilliseconds(250));

    private static bool TryMount(string folder)
    {
        using var mount = System.Diagnostics.Process.Start("mount", ["-t", "tmpfs", "-o", "size=96m", "tmpfs", folder]);
        mount.WaitForExit();
        return mount.ExitCode == 0;
    }
}
