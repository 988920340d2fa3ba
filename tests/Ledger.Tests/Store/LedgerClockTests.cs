using System.Globalization;
using Ledger.Store;
using Ledger.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ledger.Tests.Store;

/// <summary>A time names a beginning of the ledger, for ever the same.</summary>
public class LedgerClockTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_time_names_the_longest_beginning_of_which_no_event_is_later_also_where_old_times_fall_and_positions_have_gaps()
    {
        var seed = Environment.GetEnvironmentVariable("LEDGER_TEST_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"LEDGER_TEST_SEED={seed}");
        var random = new Random(seed);
        await using var service = await Service.StartAsync();
        await RecordAsync(service, 60);
        for (var round = 0; round < 20; round++)
        {
            // Old events by nodes' clocks, hours apart; new ones by the one clock; some positions missing.
            var positions = await PositionsAsync(service);
            var old = random.Next(positions.Count + 1);
            var times = new List<(long Position, DateTimeOffset Time)>();
            var at = Noon;
            for (var i = 0; i < positions.Count; i++)
            {
                at = i < old ? Noon.AddMinutes(random.Next(30)) : (times.Count == 0 ? Noon : times.Max(x => x.Time)).AddMinutes(random.Next(1, 3));
                times.Add((positions[i], at));
            }

            await using var command = service.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("""
                with said as (select * from unnest($1::bigint[], $2::timestamptz[]) x(position, at)),
                events as (update ledger.mt_events e set timestamp = said.at from said where e.seq_id = said.position returning 1)
                update ledger.schema_version set unordered_until = $3, unordered_latest = $4
                """);
            command.Parameters.AddWithValue(times.ConvertAll(x => x.Position).ToArray());
            command.Parameters.AddWithValue(times.ConvertAll(x => x.Time).ToArray());
            command.Parameters.AddWithValue(old == 0 ? 0 : positions[old - 1]);
            command.Parameters.AddWithValue(old == 0 ? DBNull.Value : times.Take(old).Max(x => x.Time));
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

            // Made anew each time: what one remembers is for good, and here the past is changed.
            var clock = new LedgerClock(service.Services.GetRequiredService<NpgsqlDataSource>());
            for (var asked = Noon.AddMinutes(-1); asked < times.Max(x => x.Time).AddMinutes(2); asked = asked.AddSeconds(30))
            {
                var expected = times.TakeWhile(x => x.Time <= asked).Select(x => x.Position).LastOrDefault();
                Assert.Equal(expected, await clock.PositionAtAsync(asked, TestContext.Current.CancellationToken));
            }

            foreach (var (position, _) in times)
            {
                // The time of a position names that position, or one further on that was recorded by then too.
                var time = (await clock.TimeOfAsync(position, TestContext.Current.CancellationToken))!.Value;
                Assert.InRange((await clock.PositionAtAsync(time, TestContext.Current.CancellationToken))!.Value, position, positions[^1]);
            }
        }
    }

    [Fact]
    public async Task What_is_recorded_is_later_than_everything_before_it_also_where_the_databases_clock_was_set_back()
    {
        await using var service = await Service.StartAsync();
        var before = await ReportBuilder.Report("KGZ", "aksungur", 1).PostAsync(service);
        // As if the clock of the database's host had been an hour ahead until now.
        await service.ScalarAsync<int>("with e as (update ledger.mt_events set timestamp = now() + interval '1 hour' where seq_id = $1 returning 1) select count(*)::int from e",
            before.Position);
        var times = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            times.Add((await ReportBuilder.Report("KGZ", "aksungur", 1).With("lot", $"l{i}").PostAsync(service)).Json.Text("recordedAt")!);
        }

        Assert.Equal(times.Distinct().Order(StringComparer.Ordinal), times);
        Assert.True(DateTimeOffset.Parse(times[0], CultureInfo.InvariantCulture) > DateTimeOffset.UtcNow.AddMinutes(50));
    }

    [Fact]
    public async Task A_time_that_was_answered_about_is_before_whatever_this_node_records_later_whoever_sets_the_clock_back()
    {
        await using var service = await Service.StartAsync();
        await RecordAsync(service, 3);
        var clock = service.Services.GetRequiredService<LedgerClock>();
        var asked = DateTimeOffset.UtcNow.AddMilliseconds(-1);
        asked = asked.AddTicks(-(asked.Ticks % TimeSpan.TicksPerMicrosecond));
        var position = await clock.PositionAtAsync(asked, TestContext.Current.CancellationToken);
        await using var command = service.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand();
        var now = clock.Now();
        // The database's clock cannot be set back here; what the command would then be left with can.
        command.CommandText = now.CommandText.Replace("clock_timestamp()", "clock_timestamp() - interval '1 day'", StringComparison.Ordinal);
        command.Parameters.Add(now.Parameters[0].Clone());
        Assert.True((DateTime)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))! > asked.UtcDateTime);
        Assert.Equal(position, await new LedgerClock(service.Services.GetRequiredService<NpgsqlDataSource>()).PositionAtAsync(asked, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Who_asks_about_this_very_moment_waits_for_the_append_under_way()
    {
        await using var service = await Service.StartAsync();
        await RecordAsync(service, 2);
        Task<Answered> asking;
        await using (await Databases.HoldAsync(service.ConnectionString, AppendLock.Take))
        {
            var now = DateTimeOffset.UtcNow.AddMilliseconds(-1).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
            asking = Service.GetAsync(service.Reader, $"/v1/countries/KGZ/fleet?asOf=2023-01-01&knownAt={now}");
            await Task.Delay(500, TestContext.Current.CancellationToken);
            Assert.False(asking.IsCompleted);

            // What was recorded before that append asks nobody to wait.
            var past = await service.AskAsync("/v1/countries/KGZ/fleet?asOf=2023-01-01&knownAt=2026-01-01T00:00:00Z");
            Assert.Equal(0, past.Long("basis.position"));
        }

        Assert.Equal(200, (await asking).Status);
    }

    [Fact]
    public async Task Who_asks_about_this_very_moment_is_told_to_ask_again_where_an_append_hangs()
    {
        await using var service = await Service.StartAsync();
        await using (await Databases.HoldAsync(service.ConnectionString, AppendLock.Take))
        {
            var now = DateTimeOffset.UtcNow.AddMilliseconds(-1).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
            var answer = await Service.GetAsync(service.Reader, $"/v1/countries/KGZ/fleet?knownAt={now}");
            Assert.Equal(503, answer.Status);
            Assert.EndsWith("urn:ledger:problem:behind", answer.Json.Text("type"), StringComparison.Ordinal);
            Assert.NotNull(answer.Headers.RetryAfter);
        }
    }

    private static async Task RecordAsync(Service service, int reports)
    {
        for (var i = 0; i < reports; i++)
        {
            await ReportBuilder.Report("KGZ", "aksungur", 1).With("lot", string.Create(CultureInfo.InvariantCulture, $"r{i}")).PostAsync(service);
            if (i % 5 == 0)
            {
                // A number that is never used, as a failed transaction leaves it.
                await service.ScalarAsync<long>("select nextval('ledger.mt_events_sequence')");
            }
        }
    }

    private static async Task<List<long>> PositionsAsync(Service service)
    {
        await using var command = service.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("select seq_id from ledger.mt_events order by seq_id");
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var positions = new List<long>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            positions.Add(reader.GetInt64(0));
        }

        return positions;
    }
}
