using System.Text.Json;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

public class DatesTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    [Theory]
    [InlineData("2022", "2022-01-01", "2022-07-02", "2022-12-31")]
    [InlineData("2021~", "2020-01-01", "2021-07-01", "2022-12-31")]
    [InlineData("2021-05-16", "2021-05-16", "2021-05-16", "2021-05-16")]
    [InlineData("2021-21", "2021-03-01", "2021-04-15", "2021-05-31")]
    [InlineData("../2021-12-18", "0001-01-01", "2021-12-18", "2021-12-18")]
    [InlineData("201X", "2010-01-01", "2014-12-31", "2019-12-31")]
    public async Task A_date_has_the_window_that_a_post_of_it_has(string edtf, string earliest, string middle, string latest)
    {
        var answer = await _service.AskAsync($"/v1/dates?edtf={Uri.EscapeDataString(edtf)}");
        Assert.Equal((edtf, earliest, middle, latest),
            (answer.Text("edtf"), answer.Text("window.earliest"), answer.Text("window.middle"), answer.Text("window.latest")));
        var posted = await ReportBuilder.Report("KGZ", $"dated-{edtf}", 3).With("occurred", edtf).PostAsync(_service);
        var evidence = await _service.AskAsync($"/v1/countries/KGZ/fleet/{posted.Json.Text("platform")}", posted.Position);
        Assert.Equal(evidence.Items("evidence").Single().At("window").GetRawText(), answer.At("window").GetRawText());
    }

    /// <summary>edtf 4.11.1 (npm) takes 2021-24 for October to December; @edtf-ts/core 0.4.2 for December to February, as we do: so it is said.</summary>
    [Theory]
    [InlineData("2021-24", "24 winter December February of the next year")]
    [InlineData("2021-21~", "21 spring March May")]
    [InlineData("2021-12", null)]
    public async Task A_season_is_answered_with_its_months(string edtf, string? season)
    {
        var answer = await _service.AskAsync($"/v1/dates?edtf={Uri.EscapeDataString(edtf)}");
        Assert.Equal(season, answer.TryGetProperty("season", out var named) ? Shown(named) : null);
        Assert.Equal(["21 spring March May", "22 summer June August", "23 autumn September November", "24 winter December February of the next year"],
            (await _service.AskAsync("/v1/vocabulary")).At("edtf").Items("seasons").Select(Shown));

        static string Shown(JsonElement season) => $"{season.Text("code")} {season.Text("name")} {season.Text("from")} {season.Text("to")}";
    }

    [Theory]
    [InlineData("2021-13")]
    [InlineData("2021-02-30")]
    [InlineData("20")]
    [InlineData("2022/2021")]
    [InlineData("../..")]
    [InlineData("um 2021")]
    [InlineData("2021-24 ")]
    public async Task What_is_no_date_is_refused_in_the_words_of_a_post(string edtf)
    {
        var answer = await Service.GetAsync(_service.Reader, $"/v1/dates?edtf={Uri.EscapeDataString(edtf)}");
        Assert.Equal(400, answer.Status);
        Assert.Equal([("?edtf", "edtf")], answer.Errors);
        var posted = await Service.PostAsync(_service.Reporter, "/v1/deliveries", ReportBuilder.Report("KGZ", "aksungur", 3).With("occurred", edtf).ToJsonString());
        Assert.Equal([("/occurred", "edtf")], posted.Errors);
        var detail = answer.Json.Items("errors").Single().Text("detail");
        Assert.Equal(posted.Json.Items("errors").Single().Text("detail"), detail);
        Assert.Matches(@"\(at character \d+\)\.$", detail);
    }

    [Theory]
    [InlineData("", "?edtf")]
    [InlineData("?edtf=", "?edtf")]
    [InlineData("?edtf=2021&edtf=2022", "?edtf")]
    [InlineData("?edtf=2021&asOf=2022-01-01", "?asOf")]
    public async Task A_question_without_one_date_is_refused(string query, string place)
    {
        var answer = await Service.GetAsync(_service.Reader, $"/v1/dates{query}");
        Assert.Equal((400, place), (answer.Status, answer.Errors.Single().Pointer));
    }
}
