using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

/// <summary>The answer to a post says which of several things of one name was understood.</summary>
public sealed class UnderstoodPlatformTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    private async Task DefineAsync(string platform, string name, string category)
    {
        var defined = await Service.PostAsync(_service.Admin, "/v1/platforms", new { platform, name, category, @class = "durable", use = "military" });
        Assert.True(defined.Status == 201, defined.Body);
    }

    private async Task<(string Understood, string Homonyms, string Words)> PostAsync(string platform, string query = "")
    {
        var answer = await Service.PostAsync(_service.Reporter, $"/v1/observations{query}", ReportBuilder.Report("TKM", platform, 1).ToJsonString());
        Assert.True(answer.Status is 200 or 201, answer.Body);
        var understood = answer.Json.At("understoodAs");
        return ($"{understood.Text("platform")}, {understood.Text("name")}, {understood.Text("category")}",
            string.Join("; ", understood.Items("homonyms").Select(x => $"{x.Text("platform")}, {x.Text("name")}, {x.Text("category")}")), understood.Text("words")!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?dryRun=true")]
    public async Task A_platform_of_the_same_name_and_another_category_is_named(string query)
    {
        var bird = $"Vogel{query.Length}";
        await DefineAsync(bird.ToLowerInvariant(), bird, "missile");
        await DefineAsync($"{bird.ToLowerInvariant()}-combat-aircraft", $"{bird} (combat aircraft)", "combatAircraft");
        await DefineAsync($"{bird.ToLowerInvariant()}-2", $"{bird} 2", "uav");

        var first = await PostAsync(bird.ToUpperInvariant(), query);
        var second = await PostAsync($"{bird} combat aircraft", query);
        var third = await PostAsync($"{bird} 2", query);

        var slug = bird.ToLowerInvariant();
        Assert.Equal(($"{slug}, {bird}, missile", $"{slug}-combat-aircraft, {bird} (combat aircraft), combatAircraft"), (first.Understood, first.Homonyms));
        Assert.Equal($"Counted as {bird}, category missile. Of that name there is also {slug}-combat-aircraft (combatAircraft): post that slug where it is meant.", first.Words);
        Assert.Equal(($"{slug}-combat-aircraft, {bird} (combat aircraft), combatAircraft", $"{slug}, {bird}, missile"), (second.Understood, second.Homonyms));
        Assert.Equal(($"{slug}-2, {bird} 2, uav", "", $"Counted as {bird} 2, category uav."), third);
    }

    [Fact]
    public async Task A_name_that_only_stands_with_a_category_is_no_platform_yet_and_is_told_so()
    {
        await DefineAsync("sokol-warship", "Sokol (warship)", "warship");

        var (understood, homonyms, words) = await PostAsync("SOKOL");

        Assert.Equal(("sokol, SOKOL, other", "sokol-warship, Sokol (warship), warship"), (understood, homonyms));
        Assert.StartsWith("Counted as SOKOL, which the catalogue does not know (category other).", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_post_that_is_sent_again_gets_the_first_answer()
    {
        var report = ReportBuilder.Report("TKM", "Krähe", 1).ToJsonString();
        var first = await Service.PostAsync(_service.Reporter, "/v1/observations", report);
        await DefineAsync("krähe-uav", "Krähe (uav)", "uav");

        var again = await Service.PostAsync(_service.Reporter, "/v1/observations", report);

        Assert.Equal((201, 200), (first.Status, again.Status));
        Assert.Equal(first.Json.At("understoodAs").GetRawText(), again.Json.At("understoodAs").GetRawText());
    }

    /// <summary>What takes a report back counts as nothing, so nothing is said of what it would count as.</summary>
    [Theory]
    [InlineData("retractions")]
    [InlineData("delistings")]
    public async Task What_takes_a_report_back_is_counted_as_nothing(string path)
    {
        var target = await ReportBuilder.Report("TKM", "Rabe", 1).PostAsync(_service);
        Assert.True(target.Json.TryGetProperty("understoodAs", out _), target.Body);
        var body = Reports.ReportBodies.Least(path, target.Json.Text("id")).ToJsonString();
        foreach (var query in (string[])["?dryRun=true", "", ""])
        {
            var answer = await Service.PostAsync(_service.Reporter, $"/v1/{path}{query}", body);
            Assert.True(answer.Status is 200 or 201, answer.Body);
            Assert.False(answer.Json.TryGetProperty("understoodAs", out _), answer.Body);
            Assert.Empty(answer.Json.Items("similar"));
        }
    }
}
