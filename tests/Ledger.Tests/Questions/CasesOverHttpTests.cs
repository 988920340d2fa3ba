using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Facts;
using Ledger.Tests.Estimation;
using Ledger.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Tests.Questions;

/// <summary>The worked cases once more, through everything: posted, stored, projected and asked for over HTTP. All share one ledger,
/// each with a platform and a feed of its own.</summary>
public class CasesOverHttpTests(CasesOverHttpTests.PostedCases posted) : IClassFixture<CasesOverHttpTests.PostedCases>
{
    private static readonly (int Method, JsonElement Case)[] Cases = [.. EstimationCaseTests.Written()];

    public static TheoryData<string> Names => [.. Cases.Select(NameOf)];

    private static string NameOf((int Method, JsonElement Case) worked) => $"{worked.Method}: {worked.Case.Text("name")}";

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_worked_case_comes_out_as_written_when_it_is_posted_and_asked(string name)
    {
        var number = Array.FindIndex(Cases, x => NameOf(x) == name);
        var (method, written) = Cases[number];
        var worked = written.Deserialize<EstimationCase>(EstimationCase.Json)!;
        foreach (var query in worked.Queries)
        {
            var path = new StringBuilder().Append(CultureInfo.InvariantCulture, $"/v1/countries/KGZ/fleet/{PostedCases.PlatformOf(number)}?asOf={query.AsOf:yyyy-MM-dd}&method={method}");
            if (query.ReportedBy is { } day)
            {
                path.Append(CultureInfo.InvariantCulture, $"&reportedBy={day:yyyy-MM-dd}");
            }

            if (query.KnownAt is not null)
            {
                path.Append(CultureInfo.InvariantCulture, $"&knownAt=@{posted.PositionOf(number, query.Position)}");
            }

            var answer = await posted.Service.AskAsync(path.ToString(), posted.End);
            var estimate = answer.GetProperty("estimate");
            var excluded = answer.Items("evidence").Where(x => x.Text("setAside") is not (null or "notYet"))
                .ToDictionary(x => x.Text("id")!, x => x.Text("setAside")!);
            var actual = new CaseAnswer(estimate.Long("low"), estimate.Long("best"), estimate.At("high").Deserialize<long?>(), estimate.At("conflicted").GetBoolean(),
                estimate.Long("onOrder"), estimate.Long("announced"), estimate.At("lost").Deserialize<CaseInterval>(EstimationCase.Json)!,
                new SortedDictionary<string, string>(excluded, StringComparer.Ordinal))
            {
                OnLoan = method == 1 ? null : estimate.At("onLoan").Deserialize<CaseInterval>(EstimationCase.Json),
                ClosedHigh = method == 1 ? null : estimate.Long("closedHigh"),
            };
            var expected = query.Expect! with
            {
                Excluded = new SortedDictionary<string, string>(query.Expect.Excluded.Where(x => x.Value != "notYet").ToDictionary(), StringComparer.Ordinal),
            };
            Assert.Equal(JsonSerializer.Serialize(expected, EstimationCase.Json), JsonSerializer.Serialize(actual, EstimationCase.Json));
        }
    }

    /// <summary>Only the server sets recordedAt, so a case that depended on it could not be posted. A report without a published day is
    /// reported on the day of its recording; a retraction without one on the day of its target.</summary>
    [Fact]
    public void No_worked_case_depends_on_the_time_at_which_a_report_was_recorded()
    {
        foreach (var worked in Cases.Select(x => x.Case.Deserialize<EstimationCase>(EstimationCase.Json)!))
        {
            Assert.DoesNotContain(worked.Reports, x => x.Source.Published is null
                && !(x.Kind == "retraction" && worked.Reports.Single(target => target.Id == x.Report).Source.Published is not null));
        }
    }

    public sealed class PostedCases : OneService
    {
        private readonly Dictionary<(int Case, long Position), long> _positions = [];

        public long End { get; private set; }

        public static string PlatformOf(int number) => string.Create(CultureInfo.InvariantCulture, $"case-{number + 1:000}");

        /// <summary>Where the ledger has the report that the case has at this position.</summary>
        public long PositionOf(int number, long position) => _positions[(number, position)];

        public override async ValueTask InitializeAsync()
        {
            // Some worked cases were published later than this is tested: a source has published by tomorrow.
            Service = await Service.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(new YearsAhead()));
            var lines = new StringBuilder();
            var order = new List<(int, long)>();
            for (var number = 0; number < Cases.Length; number++)
            {
                if (Cases[number].Case.TryGetProperty("itemsPerSystem", out var factor) && factor.ValueKind == JsonValueKind.Array)
                {
                    var defined = await Service.PostAsync(Service.Admin, "/v1/platforms", new JsonObject
                    {
                        ["platform"] = PlatformOf(number),
                        ["name"] = "A system",
                        ["category"] = "uav",
                        ["class"] = "durable",
                        ["use"] = "military",
                        ["itemsPerSystem"] = JsonNode.Parse(factor.GetRawText()),
                    }.ToJsonString());
                    Assert.Equal(201, defined.Status);
                }

                foreach (var report in Cases[number].Case.GetProperty("reports").EnumerateArray().OrderBy(x => x.Long("position")))
                {
                    var line = JsonNode.Parse(report.GetRawText())!.AsObject();
                    line.Remove("position");
                    line.Remove("recordedAt");
                    line["feed"] = $"urn:case:{PlatformOf(number)}";
                    if (line["kind"]!.GetValue<string>() is not ("retraction" or "delisting"))
                    {
                        line["recipient"] = "KGZ";
                        line["platform"] = PlatformOf(number);
                    }

                    order.Add((number, report.Long("position")));
                    lines.Append(line.ToJsonString()).Append('\n');
                }
            }

            using var content = new StringContent(lines.ToString(), Encoding.UTF8, "application/x-ndjson");
            using var response = await Service.Reporter.PostAsync("/v1/imports", content);
            var answers = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            for (var i = 0; i < order.Count; i++)
            {
                var answer = JsonElement.Parse(answers[i]);
                Assert.True(answer.Long("status") == 201, answers[i]);
                _positions[order[i]] = answer.Long("position");
                Assert.True(i == 0 || order[i - 1].Item1 != order[i].Item1 || _positions[order[i - 1]] < _positions[order[i]], "An import keeps its order.");
            }

            End = JsonElement.Parse(answers[^1]).Long("position");
        }

        private sealed class YearsAhead : TimeProvider
        {
            public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddYears(2);
        }
    }
}
