using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using CsCheck;
using Ledger.Tests.Estimation;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

/// <summary>The promise of the three clocks: an answer at a given asOf and a past knownAt never changes again.</summary>
public class PastAnswersTests
{
    private const int Holdings = 14;
    private const int LeastRemembered = 600;

    private static readonly string[] Recipients = ["KGZ", "UZB", "x-nato"];

    // Names that the catalogue knows, names that it will come to know, and names that will come to mean the same platform.
    private static readonly string[] Names = ["Bayraktar TB2", "Alpha One", "alpha 1", "Beta", "βῆτα", "beta-mk-ii"];

    private static readonly string[] Days = ["2019-06-30", "2020-12-31", "2021-06-15", "2022-01-01", "2023-12-31", "2030-01-01"];

    private sealed record Remembered(string Path, bool Csv, Answered Answer);

    [Fact]
    public async Task A_past_answer_stays_byte_for_byte_the_same_whatever_is_recorded_later()
    {
        await using var service = await Service.StartAsync();
        var holdings = new List<EstimationCase>();
        RandomHoldings.All.Where(x => x.Reports.Length >= 8).Sample(x => { lock (holdings) { holdings.Add(x); } }, iter: Holdings, threads: 1);
        using var posting = new CancellationTokenSource();
        var remembered = new List<Remembered>();
        var unpinned = new List<Remembered>();
        long last = 0;
        var created = 0;

        async Task PostAsync(int which)
        {
            var random = new Random(which);
            foreach (var report in holdings[which].Reports)
            {
                var answer = await Service.PostAsync(service.Reporter, $"/v1/{PathOf(report.Kind)}", BodyOf(report, which, random));
                if (answer.Status == 201)
                {
                    Interlocked.Increment(ref created);
                    InterlockedMax(ref last, answer.Position);
                }
                else
                {
                    Assert.True(answer.Status is 404 or 409 or 422, $"{answer.Status}: {answer.Body}");
                }
            }
        }

        async Task RuleAsync()
        {
            // The catalogue changes under the reports: factors, definitions, and names that turn out to mean the same.
            (string Path, string Body)[] words =
            [
                ("/v1/platforms", Platform("alpha-one", "Alpha One", "[1,2,3]")), ("/v1/platforms/alpha-one/aliases", """{"alias":"Alpha 1"}"""),
                ("/v1/platforms", Platform("beta", "Beta", null)), ("/v1/platforms", Platform("alpha-one", "Alpha the First", "[2,3,4]")),
                ("/v1/platforms/beta/aliases", """{"alias":"Beta Mk II"}"""), ("/v1/platforms/beta/aliases", """{"alias":"βῆτα"}"""),
                ("/v1/platforms", Platform("beta", "Beta", "[4,4,4]", "loiteringMunition", "expendable")), ("/v1/platforms", Platform("beta", "Beta", null)),
            ];
            foreach (var (path, body) in words)
            {
                await Task.Delay(60);
                var answer = await Service.PostAsync(service.Admin, path, body);
                Assert.True(answer.Status == 201, answer.Body);
                InterlockedMax(ref last, answer.Position);
            }
        }

        async Task AskAsync(int seed)
        {
            var random = new Random(seed);
            var asked = 0;
            while (!posting.IsCancellationRequested || asked < LeastRemembered / 3)
            {
                asked++;
                var (path, csv) = Question(random);
                var isPast = random.Next(4) != 0;
                var past = random.Next(2) == 0 && Interlocked.Read(ref last) is > 0 and var n
                    ? $"@{random.NextInt64(Math.Max(1, n - 40), n + 1)}"
                    : DateTimeOffset.UtcNow.AddMilliseconds(-random.Next(1, 200)).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
                var answer = await GetAsync(service, isPast ? $"{path}&knownAt={past}" : path, csv && isPast);
                Assert.True(answer.Status is 200 or 404, $"{path} {past}: {answer.Status} {answer.Body}");
                lock (remembered)
                {
                    (isPast ? remembered : unpinned).Add(new Remembered(isPast ? $"{path}&knownAt={past}" : path, csv && isPast, answer));
                }
            }
        }

        Task[] asking = [.. Enumerable.Range(1, 3).Select(seed => AskAsync(seed * 1000))];
        await Task.WhenAll([RuleAsync(), .. Enumerable.Range(0, Holdings).Chunk(5).Select(async some => { foreach (var one in some) { await PostAsync(one); } })]);
        await posting.CancelAsync();
        await Task.WhenAll(asking);
        await service.AskAsync("/v1/countries", last);

        Assert.True(created > 80, $"Only {created} reports were taken.");
        Assert.True(remembered.Count >= LeastRemembered / 2, $"Only {remembered.Count} answers were remembered.");
        foreach (var then in remembered)
        {
            var now = await GetAsync(service, then.Path, then.Csv);
            Assert.True(then.Answer.Status == now.Status && then.Answer.Body == now.Body, $"{then.Path}\n then {then.Answer.Body}\n now  {now.Body}");
            Assert.Equal(then.Answer.Headers.ETag, now.Headers.ETag);
        }

        foreach (var then in unpinned.Where(x => x.Answer.Status == 200))
        {
            // What an answer names as its basis is enough to have the same estimate again.
            var basis = then.Answer.Json.GetProperty("basis");
            foreach (var knownAt in (string[])[basis.TryGetProperty("knownAt", out var time) ? time.GetString()! : "@0", $"@{basis.Long("position")}"])
            {
                var now = await GetAsync(service, $"{then.Path}&knownAt={knownAt}", csv: false);
                Assert.True(now.Status == 200 && ReportBuilder.WithoutBasis(then.Answer.Body) == ReportBuilder.WithoutBasis(now.Body),
                    $"{then.Path} at {knownAt}\n then {then.Answer.Body}\n now  {now.Body}");
            }
        }
    }

    private static (string Path, bool Csv) Question(Random random)
    {
        string Any(string[] of) => of[random.Next(of.Length)];
        var platform = Uri.EscapeDataString(Any(Names));
        var path = random.Next(20) switch
        {
            0 => $"/v1/countries/{Any(Recipients)}/fleet?asOf={Any(Days)}",
            1 => $"/v1/countries/{Any(Recipients)}/fleet?asOf={Any(Days)}&category={Any(["other", "uav", "armedUav", "loiteringMunition"])}",
            2 => $"/v1/countries/{Any(Recipients)}/fleet?asOf={Any(Days)}&supplier={Any(["TUR", "CHN", "x-unknown"])}&platform={platform}",
            3 => $"/v1/countries?asOf={Any(Days)}&limit=2",
            4 => $"/v1/platforms/{platform}?asOf={Any(Days)}",
            5 => $"/v1/platforms?asOf={Any(Days)}&limit=1000",
            6 => $"/v1/reports?asOf={Any(Days)}&platform={platform}&limit=5",
            7 => $"/v1/countries/{Any(Recipients)}/series?asOf={Any(Days)}&every=quarter",
            8 => $"/v1/countries/{Any(Recipients)}/series?asOf={Any(Days)}&every=year&platform={platform}",
            15 => $"/v1/unknowns?recipient={Any(Recipients)}&asOf={Any(Days)}",
            9 => $"/v1/countries/{Any(Recipients)}/changes?asOf={Any(Days)}",
            10 => $"/v1/countries/{Any(Recipients)}/series?asOf={Any(Days)}&every=change&category={Any(["uav", "armedUav,other"])}",
            11 => $"/v1/flows?asOf={Any(Days)}&top=5&category={Any(["uav,other", "armedUav"])}",
            12 => $"/v1/flows?asOf={Any(Days)}&supplier={Any(["TUR", "CHN", "x-unknown"])}",
            13 => $"/v1/deals?asOf={Any(Days)}&{Any(["overdue=true", "outstanding=true", "category=uav,other"])}",
            14 => $"/v1/changes?asOf={Any(Days)}",
            _ => $"/v1/countries/{Any(Recipients)}/fleet/{platform}?asOf={Any(Days)}",
        };
        return (random.Next(3) == 0 ? $"{path}&reportedBy={Any(Days)}" : path, random.Next(5) == 0);
    }

    private static async Task<Answered> GetAsync(Service service, string path, bool csv)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (csv)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/csv"));
        }

        using var response = await service.Reader.SendAsync(request);
        return await Answered.OfAsync(response);
    }

    private static string PathOf(string kind) => Ledger.Reports.PostReportEndpoint.Paths[Enum.Parse<Ledger.Vocabulary.ReportKind>(kind, ignoreCase: true)];

    private static string BodyOf(CaseReport report, int which, Random random)
    {
        var body = JsonSerializer.SerializeToNode(report, EstimationCase.Json)!.AsObject();
        foreach (var gone in (string[])["kind", "position", "recordedAt"])
        {
            body.Remove(gone);
        }

        body["feed"] = $"urn:holding:{which}";
        if (report.Kind is not ("retraction" or "delisting"))
        {
            body["recipient"] = Recipients[which % Recipients.Length];
            // Mostly the same, sometimes another spelling: a report that supersedes across names is refused until they mean the same.
            body["platform"] = Names[(which + (random.Next(6) == 0 ? 1 : 0)) % Names.Length];
        }

        return body.ToJsonString();
    }

    private static string Platform(string slug, string name, string? items, string category = "uav", string @class = "durable") =>
        $$"""{"platform":"{{slug}}","name":"{{name}}","category":"{{category}}","class":"{{@class}}","use":"military"{{(items is null ? "" : $",\"itemsPerSystem\":{items}")}}}""";

    private static void InterlockedMax(ref long place, long value)
    {
        for (var seen = Interlocked.Read(ref place); value > seen && Interlocked.CompareExchange(ref place, value, seen) != seen; seen = Interlocked.Read(ref place))
        {
        }
    }
}
