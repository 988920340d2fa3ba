using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Audit;
using Ledger.Facts;
using Ledger.Questions;
using Ledger.Store;
using Ledger.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ledger.Tests.Audit;

/// <summary>The auditor's replay: what is kept and served follows from the events, or it says what does not.</summary>
public class ReplayTests
{
    private static readonly DateOnly Day = new(2024, 1, 1);

    private static async Task<Service> FilledAsync()
    {
        var service = await Service.StartAsync();
        await Questions.RefoldedAnswersTests.FillAsync(service);
        // Passed on to somebody of whom nothing else is known.
        var last = await ReportBuilder.Report("KGZ", "aksungur", 2).With("lot", "gift").With("to", "x-friends").PostAsync(service, "losses");
        await service.AskAsync("/v1/countries", last.Position);
        return service;
    }

    internal static Task<Replayed> ReplayAsync(Service service, IAnswers? answers = null) => new Replay(
        service.Services.GetRequiredService<NpgsqlDataSource>(), service.Services.GetRequiredService<StoredEvents>(),
        answers ?? new AnswersOverHttp(service.Reader)).RunAsync(Day, new Reported(), TestContext.Current.CancellationToken);

    [Fact]
    public async Task Everything_kept_and_served_follows_from_the_events_asked_over_HTTP_or_in_process()
    {
        await using var service = await FilledAsync();
        foreach (var answers in (IAnswers[])[new AnswersOverHttp(service.Reader), new AnswersInProcess(service.Services.GetRequiredService<Sources>())])
        {
            var replayed = await ReplayAsync(service, answers);
            Assert.Null(replayed.First);
            Assert.Equal(0, replayed.Differences);
            Assert.Equal(67, replayed.Rows);
            Assert.Equal(await service.CountAsync(), replayed.Events);
            Assert.Equal((3, 9), (replayed.Items["countries"], replayed.Items["holdings"]));
            Assert.Equal((await service.AskAsync("/v1/deals?limit=1000&asOf=2024-01-01")).Items().Length, replayed.Items["deals"]);
            Assert.Equal((await service.AskAsync("/v1/flows?limit=1000&asOf=2024-01-01")).Items().Length, replayed.Items["flows"]);
            Assert.Contains((await service.AskAsync("/v1/flows?limit=1000&asOf=2024-01-01")).Items(), x => x.Text("recipient") == "x-friends");
        }
    }

    [Theory]
    [InlineData("update ledger.evidence set n = 8 where position = (select max(position) from ledger.evidence where n = 7)", "says n 8, the event makes 7")]
    [InlineData("delete from ledger.evidence where position = (select max(position) from ledger.evidence where kind = 2)", "has no row of evidence")]
    [InlineData("delete from ledger.evidence where position > (select max(position) - 5 from ledger.evidence)", "has no row of evidence")]
    [InlineData("update ledger.evidence set platform = 'elsewhere' where position = (select max(position) from ledger.evidence)", "\"elsewhere\"")]
    [InlineData("insert into ledger.evidence select (jsonb_populate_record(e, jsonb_build_object('position', 2))).* from ledger.evidence e order by position limit 1", "and no report")]
    public async Task One_row_that_was_changed_behind_its_back_is_found_and_named(string change, string named)
    {
        await using var service = await FilledAsync();
        await service.ScalarAsync<int>($"with changed as ({change} returning position) select count(*)::int from changed");
        var replayed = await ReplayAsync(service);
        Assert.Contains(named, replayed.First, StringComparison.Ordinal);
        Assert.True(replayed.Differences > 0);
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("rebuild")]
    public async Task Where_there_is_no_ledger_the_command_says_so_and_makes_none(string command)
    {
        var nowhere = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        var (exitCode, said) = await RunningProgram.CommandAsync(command, "--data", nowhere);
        Assert.NotEqual(0, exitCode);
        Assert.Contains($"There is no ledger in {nowhere}", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(nowhere));
    }

    [Fact]
    public async Task One_answer_that_does_not_follow_from_the_events_is_found_and_named()
    {
        await using var service = await FilledAsync();
        var replayed = await ReplayAsync(service, new Lying(new AnswersOverHttp(service.Reader)));
        Assert.Equal(1, replayed.Differences);
        Assert.Matches("^/v1/countries/KAZ/fleet[?]asOf=2024-01-01&method=2&knownAt=@[0-9]+ says of aksungur", replayed.First);
    }

    [Fact]
    public async Task A_replay_runs_beside_a_service_that_goes_on_recording()
    {
        await using var service = await FilledAsync();
        using var enough = new CancellationTokenSource();
        var posting = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                await ReportBuilder.Report("KGZ", "aksungur", 1).PostAsync(service);
            }
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 5; i++)
        {
            Assert.Null((await ReplayAsync(service)).First);
        }

        await enough.CancelAsync();
        await posting;
    }

    /// <summary>One number of one holding is another.</summary>
    private sealed class Lying(IAnswers honest) : IAnswers
    {
        public async IAsyncEnumerable<JsonElement> PagesAsync(AskedQuestion question, [EnumeratorCancellation] CancellationToken cancellation)
        {
            await foreach (var answer in honest.PagesAsync(question, cancellation))
            {
                if (!question.Address.StartsWith("/v1/countries/KAZ/fleet", StringComparison.Ordinal))
                {
                    yield return answer;
                    continue;
                }

                var changed = JsonNode.Parse(answer.GetRawText())!;
                changed["holdings"]!.AsArray().Single(x => (string)x!["platform"]! == "aksungur")!["estimate"]!["low"] = 1_000_000;
                // As the service writes it, so that nothing else differs.
                yield return JsonElement.Parse(changed.ToJsonString(new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
            }
        }
    }
}
