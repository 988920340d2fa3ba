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
    [InlineData("supplier=TUR")]
    public async Task A_filter_that_is_none_is_refused(string filter) => Assert.Equal(400, (await Service.GetAsync(_service.Reader, $"/v1/reports?{filter}")).Status);

    /// <summary>The answer to a post says besides how the report was read; what the store keeps has its members in another order.</summary>
    private static void SameReport(JsonElement posted, JsonElement stored)
    {
        var expected = JsonNode.Parse(posted.GetRawText())!.AsObject();
        expected.Remove("readAs");
        expected.Remove("similar");
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(stored.GetRawText())), $"posted {expected.ToJsonString()}\nstored {stored.GetRawText()}");
    }
}
