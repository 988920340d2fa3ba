using System.Net.Http.Headers;
using Ledger.Facts;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

public class ValidatorTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    private Task<Answered> AskAsync(string path, string? has = null, string? accept = null) => _service.Reader.SendAsync(HttpMethod.Get, path,
        [.. has is null ? Array.Empty<(string, string)>() : [("If-None-Match", has)], .. accept is null ? Array.Empty<(string, string)>() : [("Accept", accept)]]);

    private async Task<string> TagAsync(string path, string? accept = null)
    {
        var answer = await AskAsync(path, accept: accept);
        Assert.True(answer.Status == 200, $"{path}: {answer.Status}");
        return answer.Headers.ETag!.ToString();
    }

    [Fact]
    public async Task Whoever_has_the_answer_already_is_told_so_without_a_body()
    {
        var posted = await ReportBuilder.Report("KGZ", "aksungur", 3).PostAsync(_service);
        await _service.AskAsync("/v1/countries", posted.Position);
        foreach (var path in (string[])["/v1/countries", "/v1/countries/KGZ/fleet", "/v1/countries/KGZ/fleet/aksungur", "/v1/platforms?limit=2", "/v1/platforms/aksungur",
            "/v1/reports", "/v1/deals", "/v1/deals/KGZ/TUR/~", "/v1/flows", "/v1/flows?top=5", "/v1/changes", "/v1/deals?overdue=true", "/v1/signals", "/v1/moments",
            "/v1/search?q=kyrgyz", "/v1/unknowns", "/v1/publishers", "/v1/calibration",
            "/v1/deals?recipient=KGZ", posted.Headers.Location!.ToString()])
        {
            var tag = await TagAsync(path);
            foreach (var has in (string[])[tag, $"W/{tag}", $"\"other\", {tag}", "*"])
            {
                var again = await AskAsync(path, has);
                Assert.True(again.Status == 304, $"{path} with {has}: {again.Status}");
                Assert.Empty(again.Body);
                Assert.Equal(tag, again.Headers.ETag!.ToString());
                Assert.True(again.Headers.Contains("Ledger-Position"));
                Assert.NotNull(again.Headers.CacheControl);
            }

            var other = await AskAsync(path, "\"other\"");
            Assert.Equal(200, other.Status);
        }
    }

    [Fact]
    public async Task An_answer_keeps_its_validator_while_unrelated_reports_and_aliases_come_in_and_loses_it_with_a_related_one()
    {
        await Service.PostAsync(_service.Admin, "/v1/platforms", """{"platform":"tag-one","name":"Tag One","category":"uav","class":"durable","use":"military"}""");
        await Service.PostAsync(_service.Admin, "/v1/platforms", """{"platform":"tag-two","name":"Tag Two","category":"uav","class":"durable","use":"military"}""");
        var first = await ReportBuilder.Report("UZB", "tag-one", 3).PostAsync(_service);
        string[] paths = ["/v1/countries/UZB/fleet?asOf=2023-01-01", "/v1/countries/UZB/fleet/tag-one?asOf=2023-01-01", "/v1/platforms/tag-one?asOf=2023-01-01",
            "/v1/reports?recipient=UZB&asOf=2023-01-01", "/v1/reports?platform=tag-one&asOf=2023-01-01", "/v1/countries/UZB/fleet?asOf=2023-01-01&category=uav",
            "/v1/deals?recipient=UZB&asOf=2023-01-01", "/v1/deals?platform=tag-one&asOf=2023-01-01", "/v1/deals/UZB/TUR/~?asOf=2023-01-01",
            "/v1/flows?recipient=UZB&asOf=2023-01-01", "/v1/signals?recipient=UZB&asOf=2023-01-01", "/v1/unknowns?recipient=UZB&asOf=2023-01-01"];
        async Task<string[]> TagsAsync(long position)
        {
            await _service.AskAsync("/v1/countries", position);
            return await Task.WhenAll(paths.Select(x => TagAsync(x)));
        }

        var before = await TagsAsync(first.Position);
        await ReportBuilder.Report("KAZ", "tag-two", 3).PostAsync(_service);
        var unrelated = await Service.PostAsync(_service.Admin, "/v1/platforms/tag-two/aliases", """{"alias":"Tag Too"}""");
        Assert.Equal(201, unrelated.Status);
        Assert.Equal(before, await TagsAsync(unrelated.Position));

        var aliased = await Service.PostAsync(_service.Admin, "/v1/platforms/tag-one/aliases", """{"alias":"Tag Won"}""");
        var afterAlias = await TagsAsync(aliased.Position);
        Assert.All(before.Zip(afterAlias), x => Assert.NotEqual(x.First, x.Second));

        var related = await ReportBuilder.Report("UZB", "tag-one", 4).PostAsync(_service);
        Assert.All(afterAlias.Zip(await TagsAsync(related.Position)), x => Assert.NotEqual(x.First, x.Second));
    }

    [Fact]
    public async Task A_platform_that_leaves_a_filtered_fleet_takes_its_validator_along()
    {
        const string Defined = """{"platform":"shifty","name":"Shifty","category":"CATEGORY","class":"durable","use":"military"}""";
        await Service.PostAsync(_service.Admin, "/v1/platforms", Defined.Replace("CATEGORY", "uav", StringComparison.Ordinal));
        await ReportBuilder.Report("TJK", "shifty", 3).PostAsync(_service);
        var other = await ReportBuilder.Report("TJK", "aerostar", 3).PostAsync(_service);
        var path = "/v1/countries/TJK/fleet?asOf=2023-01-01&category=uav";
        var before = await _service.AskAsync(path, other.Position);
        var tag = await TagAsync(path);
        var moved = await Service.PostAsync(_service.Admin, "/v1/platforms", Defined.Replace("CATEGORY", "other", StringComparison.Ordinal));
        var after = await _service.AskAsync(path, moved.Position);

        Assert.Equal((2, 1), (before.Items("holdings").Length, after.Items("holdings").Length));
        Assert.NotEqual(tag, await TagAsync(path));
        var again = await _service.AskAsync($"{path}&knownAt={after.Text("basis.knownAt")}");
        Assert.Equal(ReportBuilder.WithoutBasis(after.GetRawText()), ReportBuilder.WithoutBasis(again.GetRawText()));
    }

    [Fact]
    public async Task Two_media_types_two_days_or_two_questions_never_share_a_validator()
    {
        var posted = await ReportBuilder.Report("TKM", "aksungur", 3).PostAsync(_service);
        await _service.AskAsync("/v1/countries", posted.Position);
        string[] tags =
        [
            await TagAsync("/v1/countries/TKM/fleet?asOf=2023-01-01"), await TagAsync("/v1/countries/TKM/fleet?asOf=2023-01-01", "text/csv"),
            await TagAsync("/v1/countries/TKM/fleet?asOf=2023-01-02"), await TagAsync("/v1/countries/TKM/fleet"),
            await TagAsync("/v1/countries/TKM/fleet?asOf=2023-01-01&reportedBy=2023-01-01"), await TagAsync("/v1/countries/TKM/fleet?asOf=2023-01-01&method=1"),
            await TagAsync("/v1/countries/TKM/fleet?asOf=2023-01-01&platform=aksungur"), await TagAsync("/v1/countries/TKM/fleet/aksungur?asOf=2023-01-01"),
            await TagAsync($"/v1/countries/TKM/fleet?asOf=2023-01-01&knownAt=@{posted.Position}"),
        ];
        Assert.Equal(tags.Length, tags.Distinct().Count());
        Assert.Equal(tags[0], await TagAsync($"/v1/countries/TKM/fleet?atLeast={posted.Position}&asOf=2023-01-01"));
        Assert.Equal(await TagAsync("/v1/countries/TKM/fleet?asOf=2023-01-01&method=1"), await TagAsync("/v1/countries/TKM/fleet?method=1&asOf=2023-01-01"));
        var csv = await AskAsync("/v1/countries/TKM/fleet?asOf=2023-01-01", tags[0], "text/csv");
        Assert.Equal(200, csv.Status);
    }

    [Theory]
    [InlineData("asOf=2023-01-01&method=1&knownAt=@POSITION", true)]
    [InlineData("asOf=2023-01-01&method=1&knownAt=@POSITION&reportedBy=2022-01-01", true)]
    [InlineData("method=1&knownAt=@POSITION", false)]
    [InlineData("asOf=2023-01-01&knownAt=@POSITION", false)]
    [InlineData("asOf=2023-01-01&method=1", false)]
    [InlineData("asOf=2023-01-01&method=1&knownAt=2024-01-01T00:00:00Z", false)]
    [InlineData("", false)]
    public async Task Only_an_answer_that_can_never_change_says_that_it_is_immutable(string query, bool immutable)
    {
        var posted = await ReportBuilder.Report("MNG", "aksungur", 3).PostAsync(_service);
        query = query.Replace("POSITION", $"{posted.Position}", StringComparison.Ordinal);
        foreach (var path in (string[])["/v1/countries", "/v1/countries/MNG/fleet", "/v1/countries/MNG/fleet/aksungur", "/v1/platforms", "/v1/platforms/aksungur", "/v1/reports",
            "/v1/deals", "/v1/deals/MNG/TUR/~", "/v1/flows", "/v1/unknowns"])
        {
            if ((path.EndsWith("/aksungur", StringComparison.Ordinal) && query.Contains("2024", StringComparison.Ordinal))
                || (path.EndsWith('~') && (query.Contains("2024", StringComparison.Ordinal) || query.Contains("reportedBy", StringComparison.Ordinal))))
            {
                continue; // Before the first event no platform was known, and before it was reported no deal.
            }

            var response = await AskAsync($"{path}?{query}");
            Assert.Equal(200, response.Status);
            Assert.Equal(immutable, response.Headers.CacheControl!.Extensions.Contains(new NameValueHeaderValue("immutable")));
            Assert.Equal(!immutable, response.Headers.CacheControl.NoCache);
            Assert.True(response.Headers.CacheControl.Private);
            Assert.Contains("Accept", response.Headers.Vary);
        }
    }

    [Fact]
    public async Task A_refusal_is_not_kept()
    {
        var response = await AskAsync("/v1/countries/KGZ/fleet?asof=2022-01-01");
        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Null(response.Headers.ETag);
    }
}
