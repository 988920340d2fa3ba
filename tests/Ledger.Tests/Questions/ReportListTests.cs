using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Facts;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

public class ReportListTests(ReportListTests.Filled filled) : IClassFixture<ReportListTests.Filled>
{
    private readonly Service _service = filled.Service;

    public sealed class Filled : OneService
    {
        public Dictionary<string, JsonElement> Posted { get; } = [];

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            foreach (var (id, path, recipient, platform, deal, publisher, feed) in new (string, string, string, string, string?, string, string?)[]
            {
                ("a", "deliveries", "KGZ", "Bayraktar TB2", "d.1", "Paper A", null), ("b", "contracts", "KGZ", "TB2", "d.1", "Paper B", "urn:feed:b"),
                ("c", "observations", "KGZ", "aksungur", null, "Paper A", null), ("d", "announcements", "UZB", "bayraktar-tb2", "d.2", "Paper A", "urn:feed:b"),
                ("e", "deliveries", "x-nato", "Something Else", "d.2", "Paper \"C\", & Söhne", "urn:feed:c?x=1&y=2"),
            })
            {
                var report = ReportBuilder.Report(recipient, platform, 3).With("id", id).With("source.publisher", publisher);
                Posted[id] = (await (feed is null ? report : report.With("feed", feed)).With("deal", deal).PostAsync(Service, path)).Json;
                await Task.Delay(5);
            }

            var retracted = await Service.ReportAsync("retractions", new { id = "r", report = "c", reason = "A mistake", source = new { publisher = "Paper A" } });
            Posted["r"] = retracted.Json;
            await Service.AskAsync("/v1/countries", retracted.Position);
        }
    }

    [Theory]
    [InlineData("", "abcder")]
    [InlineData("recipient=KGZ", "abcr")]
    [InlineData("recipient=x-nato", "e")]
    [InlineData("recipient=FJI", "")]
    [InlineData("platform=bayraktar-tb2", "abd")]
    [InlineData("platform=TB-2", "abd")]
    [InlineData("platform=something%20else", "e")]
    [InlineData("platform=nobody-knows", "")]
    [InlineData("deal=d.2", "de")]
    [InlineData("kind=delivery", "ae")]
    [InlineData("kind=retraction", "r")]
    [InlineData("publisher=Paper%20A", "acdr")]
    [InlineData("publisher=Paper%20%22C%22%2C%20%26%20S%C3%B6hne", "e")]
    [InlineData("feed=urn:feed:b", "bd")]
    [InlineData("feed=urn%3Afeed%3Ac%3Fx%3D1%26y%3D2", "e")]
    [InlineData("recipient=KGZ&platform=TB2&kind=contract&publisher=Paper%20B&feed=urn:feed:b&deal=d.1", "b")]
    [InlineData("recordedFrom=@b&recordedTo=@d", "bcd")]
    [InlineData("recordedFrom=@r", "r")]
    [InlineData("recordedTo=@a", "a")]
    [InlineData("recordedFrom=0001-01-01T00:00:00Z&recordedTo=9999-12-31T23:59:59.9999999Z", "abcder")]
    [InlineData("recordedFrom=9999-12-31T23:59:59Z", "")]
    [InlineData("sort=newest", "redcba")]
    [InlineData("sort=newest&publisher=Paper%20A", "rdca")]
    public async Task A_filter_takes_the_reports_that_it_says_in_the_order_of_their_recording(string filter, string ids)
    {
        foreach (var (id, report) in filled.Posted)
        {
            filter = filter.Replace($"=@{id}", $"={report.Text("recordedAt")}", StringComparison.Ordinal);
        }

        var end = filled.Posted["r"].Long("position");
        var items = (await _service.AskAsync($"/v1/reports?{filter}{(filter.Length > 0 ? "&" : "")}knownAt=@{end}")).Items();
        Assert.Equal(ids, string.Concat(items.Select(x => x.Text("id"))));
        foreach (var item in items)
        {
            SameReport(filled.Posted[item.Text("id")!], item);
        }
    }

    [Fact]
    public async Task The_newest_come_first_page_by_page_without_one_twice_or_left_out()
    {
        var (found, at) = ("", $"/v1/reports?sort=newest&limit=2&knownAt=@{filled.Posted["r"].Long("position")}");
        for (string? next = at; next is not null;)
        {
            var page = await _service.AskAsync(next);
            found += string.Concat(page.Items().Select(x => x.Text("id")));
            next = page.TryGetProperty("next", out var cursor) ? $"{at}&cursor={cursor.GetString()}" : null;
        }

        Assert.Equal("redcba", found);
    }

    [Fact]
    public async Task A_list_of_reports_keeps_to_what_was_known_at_its_position()
    {
        var items = (await _service.AskAsync($"/v1/reports?knownAt=@{filled.Posted["b"].Long("position")}")).Items();
        Assert.Equal(["a", "b"], items.Select(x => x.Text("id")));
    }

    [Fact]
    public async Task One_report_is_there_as_soon_as_its_post_was_answered()
    {
        for (var i = 0; i < 20; i++)
        {
            var posted = await ReportBuilder.Report("AFG", "aksungur", i).With("feed", "urn:other").With("note", "Line one\nline \"two\"").PostAsync(_service);
            var stored = await Service.GetAsync(_service.Reader, posted.Headers.Location!.ToString());
            Assert.Equal(200, stored.Status);
            SameReport(posted.Json, stored.Json);
            Assert.Equal(posted.Position, stored.Position);
        }
    }

    [Fact]
    public async Task A_report_stands_with_its_days_its_platform_and_the_names_of_its_codes()
    {
        await Service.PostAsync(_service.Admin, "/v1/platforms", """{"platform":"listed-bird","name":"The Listed Bird","category":"uav","class":"durable","use":"military"}""");
        var unknown = await ReportBuilder.Report("ARM", "Listed Bird Mk 1", 3).With("occurred", null).With("source.published", "2021-02").PostAsync(_service);
        var loss = await ReportBuilder.Report("ARM", "listed-bird-mk-1", 1).With("total", true).With("cause", "passedOn").With("to", "x-nato").With("occurred", "2021-05~")
            .PostAsync(_service, "losses");
        var ofToday = await ReportBuilder.Report("ARM", "listed-bird-mk-1", 3).With("source.published", null).With("occurred", null).PostAsync(_service);
        var source = new { publisher = "Paper A" };
        var delisting = await _service.ReportAsync("delistings", new { report = unknown.Json.Text("id"), edition = "2", source = new { publisher = "Paper A", published = "2023-01-01" } });
        var retraction = await _service.ReportAsync("retractions", new { report = unknown.Json.Text("id"), source });
        var further = await _service.ReportAsync("retractions", new { report = delisting.Json.Text("eventId"), source });
        var day = ofToday.Json.Text("recordedAt")![..10];
        (Answered Posted, string Earliest, string Middle, string Latest, string Day)[] said =
        [
            (unknown, "2021-02-28", "2021-02-28", "2021-02-28", "2021-02-28"), (loss, "2021-04-01", "2021-05-16", "2021-06-30", "2022-10-27"), (ofToday, day, day, day, day),
            (delisting, "2023-01-01", "2023-01-01", "2023-01-01", "2023-01-01"), (retraction, "2021-02-28", "2021-02-28", "2021-02-28", "2021-02-28"),
            (further, "2023-01-01", "2023-01-01", "2023-01-01", "2023-01-01"),
        ];
        var before = await HoldAsync("listed-bird-mk-1", "Listed Bird Mk 1");
        var aliased = await Service.PostAsync(_service.Admin, "/v1/platforms/listed-bird/aliases", """{"alias":"Listed Bird Mk 1"}""");
        Assert.Equal(201, aliased.Status);
        var after = await HoldAsync("listed-bird", "The Listed Bird");

        // Neither an answer about the past nor one that somebody holds takes part in what came later.
        Assert.All(before.Zip(after), x => Assert.NotEqual(x.First, x.Second));
        Assert.Equal("listed-bird-mk-1", (await _service.AskAsync($"/v1/reports/{loss.Json.Text("eventId")}?knownAt=@{further.Position}")).Text("resolvedPlatform"));
        Assert.All((await _service.AskAsync($"/v1/reports?recipient=ARM&knownAt=@{further.Position}")).Items(), x => Assert.Equal("listed-bird-mk-1", x.Text("resolvedPlatform")));

        async Task<string[]> HoldAsync(string slug, string name)
        {
            var list = await Service.GetAsync(_service.Reader, "/v1/reports?recipient=ARM");
            var items = list.Json.Items().ToDictionary(x => x.Text("eventId")!);
            var tags = new List<string> { list.Headers.ETag!.ToString() };
            foreach (var (posted, earliest, middle, latest, reported) in said)
            {
                var one = await Service.GetAsync(_service.Reader, posted.Headers.Location!.ToString());
                Assert.True(JsonElement.DeepEquals(items[posted.Json.Text("eventId")!], one.Json), one.Body);
                tags.Add(one.Headers.ETag!.ToString());
                Assert.Equal((earliest, middle, latest, reported),
                    (one.Json.Text("window.earliest"), one.Json.Text("window.middle"), one.Json.Text("window.latest"), one.Json.Text("reportedDay")));
                // A platform that nobody has defined is called as the report calls it.
                var own = slug == "listed-bird" || posted == unknown ? name : slug;
                Assert.Equal((slug, own, "Armenia", "Turkey"),
                    (one.Json.Text("resolvedPlatform"), one.Json.Text("resolvedPlatformName"), one.Json.Text("recipientName"), one.Json.Text("supplierName")));
                Assert.Equal(posted == loss ? "NATO" : null, one.Json.TryGetProperty("toName", out var to) ? to.GetString() : null);
            }

            Assert.Equal(said.Length, items.Count);
            return [.. tags];
        }
    }

    [Theory]
    [InlineData("00000000-0000-0000-0000-000000000000", 404)]
    [InlineData("abc", 404)]
    [InlineData("%7B00000000-0000-0000-0000-000000000000%7D", 404)]
    public async Task A_report_that_is_not_there_is_not_found(string id, int status) =>
        Assert.Equal(status, (await Service.GetAsync(_service.Reader, $"/v1/reports/{id}")).Status);

    [Fact]
    public async Task An_event_of_the_catalogue_is_no_report()
    {
        var id = await Databases.ValueAsync<Guid>(_service.ConnectionString, "select id from ledger.mt_events where type = 'platform_defined' limit 1");
        Assert.Equal(404, (await Service.GetAsync(_service.Reader, $"/v1/reports/{id}")).Status);
    }

    [Theory]
    [InlineData("recipient=Kyrgyzstan")]
    [InlineData("kind=rumour")]
    [InlineData("deal=UPPER")]
    [InlineData("platform=---")]
    [InlineData("publisher=%00")]
    [InlineData("feed=a%00b")]
    [InlineData("recordedFrom=2022-01-01")]
    [InlineData("recordedTo=2022-01-01T00:00:00")]
    [InlineData("recordedFrom=2022-01-02T00:00:00Z&recordedTo=2022-01-01T00:00:00Z")]
    [InlineData("supplier=TUR")]
    public async Task A_filter_that_is_none_is_refused(string filter) => Assert.Equal(400, (await Service.GetAsync(_service.Reader, $"/v1/reports?{filter}")).Status);

    /// <summary>The answer to a post says besides how the report was read, that to a question what the ledger makes of it; what the store keeps
    /// has its members in another order.</summary>
    private static void SameReport(JsonElement posted, JsonElement stored)
    {
        var expected = JsonNode.Parse(posted.GetRawText())!.AsObject();
        expected.Remove("readAs");
        expected.Remove("similar");
        expected.Remove("understoodAs");
        var kept = JsonNode.Parse(stored.GetRawText())!.AsObject();
        foreach (var member in (string[])["resolvedPlatform", "resolvedPlatformName", "window", "reportedDay"])
        {
            Assert.True(kept.Remove(member), member);
        }

        Assert.True(JsonNode.DeepEquals(expected, kept), $"posted {expected.ToJsonString()}\nstored {stored.GetRawText()}");
    }
}
