using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Store;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Reports;

/// <summary>Reports that act on other reports: supersedes, retractions, delistings.</summary>
public sealed class CorrectingTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    public static TheoryData<string> Correctors => new("retractions", "delistings", "supersedes");

    [Theory]
    [MemberData(nameof(Correctors))]
    public async Task A_report_is_named_by_its_id_in_the_same_feed(string how)
    {
        var target = await RecordAsync($"by-id-{how}");

        Assert.Equal(201, (await CorrectAsync(how, target.GetProperty("id").GetString()!)).Status);
    }

    [Theory]
    [MemberData(nameof(Correctors))]
    public async Task A_report_in_another_feed_is_named_by_its_event_id(string how)
    {
        var target = await RecordAsync($"by-event-id-{how}", feed: "urn:example:elsewhere");

        Assert.Equal(404, (await CorrectAsync(how, target.GetProperty("id").GetString()!)).Status);
        var answer = await CorrectAsync(how, target.GetProperty("eventId").GetString()!);
        Assert.Equal(201, answer.Status);
        Assert.Equal(target.GetProperty("eventId").GetGuid(), TargetOf(answer.Json));
    }

    [Theory]
    [MemberData(nameof(Correctors))]
    public async Task A_name_is_first_an_id_in_the_same_feed_and_then_an_event_id(string how)
    {
        var other = await RecordAsync($"named-{how}", feed: "urn:example:elsewhere");
        var name = other.GetProperty("eventId").GetString()!;
        var namesake = await RecordAsync(name);

        var answer = await CorrectAsync(how, name);

        Assert.Equal(namesake.GetProperty("eventId").GetGuid(), TargetOf(answer.Json));
    }

    [Theory]
    [MemberData(nameof(Correctors))]
    public async Task A_report_that_is_not_there_cannot_be_named(string how)
    {
        var before = await _service.CountAsync();
        foreach (var name in new[] { "nobody-posted-this", ReportBodies.EventId(ReportBodies.Press, "nor-this").ToString() })
        {
            var answer = await CorrectAsync(how, name);
            Assert.Equal(404, answer.Status);
            Assert.Equal([(PointerOf(how), "noSuchReport")], answer.Errors);
        }

        Assert.Equal(before, await _service.CountAsync());
    }

    [Theory]
    [MemberData(nameof(Correctors))]
    public async Task A_report_in_a_feed_that_is_closed_to_the_poster_cannot_be_named(string how)
    {
        using var stranger = await ReporterAsync($"stranger-{how}");
        var target = await RecordAsync($"closed-{how}");

        var answer = await CorrectAsync(how, target.GetProperty("eventId").GetString()!, client: stranger, feed: null);

        Assert.Equal(403, answer.Status);
        Assert.Equal([(PointerOf(how), "feed")], answer.Errors);
    }

    [Theory]
    [MemberData(nameof(Correctors))]
    public async Task A_report_of_another_recipient_or_platform_cannot_be_named(string how)
    {
        var target = await RecordAsync($"other-holding-{how}");

        foreach (var patch in new[] { """{"recipient":"KAZ","platform":"orlan-10"}""", """{"recipient":"KGZ","platform":"akinci"}""" })
        {
            var answer = await CorrectAsync(how, target.GetProperty("id").GetString()!, patch);
            Assert.Equal(409, answer.Status);
            Assert.Equal([(PointerOf(how), "otherHolding")], answer.Errors);
        }
    }

    [Theory]
    [MemberData(nameof(Correctors))]
    public async Task A_report_of_the_same_platform_under_another_name_can_be_named(string how)
    {
        await DefineAsync("alias-bird", $"Alias Fowl {how}");
        var target = await RecordAsync($"alias-{how}", platform: "alias-bird");

        var answer = await CorrectAsync(how, target.GetProperty("id").GetString()!, $$"""{"recipient":"KGZ","platform":"Alias Fowl {{how}}"}""");

        Assert.Equal(201, answer.Status);
        Assert.Equal(how == "supersedes" ? $"alias-fowl-{how}" : "alias-bird", answer.Json.GetProperty("platform").GetString());
    }

    [Theory]
    [InlineData("retractions")]
    [InlineData("delistings")]
    public async Task A_withdrawal_carries_recipient_supplier_and_platform_of_its_report_and_stands_in_its_stream(string how)
    {
        var target = await _service.ReportAsync("deliveries", ReportBodies.Full("deliveries", $"carried-{how}").ToJsonString());

        var answer = await CorrectAsync(how, $"carried-{how}");

        foreach (var name in new[] { "recipient", "supplier", "platform" })
        {
            Assert.Equal(target.Json.GetProperty(name).GetString(), answer.Json.GetProperty(name).GetString());
        }

        Assert.Equal(target.Json.GetProperty("eventId").GetGuid(), answer.Json.GetProperty("targetEvent").GetGuid());
        Assert.Equal(await StreamOfAsync(target.Json), await StreamOfAsync(answer.Json));
    }

    [Theory]
    [InlineData("retractions")]
    [InlineData("delistings")]
    public async Task A_withdrawal_that_names_another_supplier_is_refused(string how)
    {
        await RecordAsync($"other-supplier-{how}");

        var answer = await CorrectAsync(how, $"other-supplier-{how}", """{"supplier":"CHN"}""");

        Assert.Equal(409, answer.Status);
        Assert.Equal([("/supplier", "otherSupplier")], answer.Errors);
    }

    [Fact]
    public async Task A_retraction_cannot_be_named_by_anything()
    {
        await RecordAsync("retracted");
        var retraction = (await CorrectAsync("retractions", "retracted")).Json.GetProperty("id").GetString()!;

        foreach (var how in new[] { "retractions", "delistings", "supersedes" })
        {
            var answer = await CorrectAsync(how, retraction);
            Assert.Equal(409, answer.Status);
            Assert.Equal([(PointerOf(how), "notWithdrawable")], answer.Errors);
        }
    }

    [Fact]
    public async Task A_delisting_can_be_retracted_but_neither_delisted_nor_superseded()
    {
        await RecordAsync("delisted");
        var delisting = (await CorrectAsync("delistings", "delisted")).Json.GetProperty("id").GetString()!;

        Assert.Equal(409, (await CorrectAsync("delistings", delisting)).Status);
        Assert.Equal(409, (await CorrectAsync("supersedes", delisting)).Status);
        Assert.Equal(201, (await CorrectAsync("retractions", delisting)).Status);
    }

    [Fact]
    public async Task Retracting_twice_is_recorded_twice_and_changes_nothing_more()
    {
        var target = await RecordAsync("twice", recipient: "TJK");
        var first = await CorrectAsync("retractions", "twice");
        var second = await CorrectAsync("retractions", "twice");

        Assert.Equal((201, 201), (first.Status, second.Status));
        var holding = await _service.AskAsync("/v1/countries/TJK/fleet/orlan-10", second.Position);
        Assert.Equal(0, holding.GetProperty("estimate").GetProperty("best").GetInt64());
        Assert.Equal("retracted", SetAside(holding, target));
    }

    [Fact]
    public async Task A_correction_takes_the_place_of_what_it_supersedes()
    {
        var wrong = await RecordAsync("wrong", recipient: "TKM");
        var right = await _service.ReportAsync("deliveries",
            ReportBodies.Put(ReportBodies.Delivery("right", "TKM", n: 7), $$"""{"feed":"{{ReportBodies.Press}}","supersedes":["wrong","{{wrong.GetProperty("eventId")}}"]}""").ToJsonString());

        Assert.Equal([wrong.GetProperty("eventId").GetGuid()], right.Json.GetProperty("supersededEvents").EnumerateArray().Select(x => x.GetGuid()));
        var holding = await _service.AskAsync("/v1/countries/TKM/fleet/orlan-10", right.Position);
        Assert.Equal(7, holding.GetProperty("estimate").GetProperty("best").GetInt64());
        Assert.Equal("superseded", SetAside(holding, wrong));
    }

    [Fact]
    public async Task A_report_cannot_supersede_or_retract_itself()
    {
        Assert.Equal(404, (await Service.PostAsync(_service.Reporter, "/v1/deliveries",
            ReportBodies.Put(ReportBodies.Delivery("itself"), """{"supersedes":["itself"]}""").ToJsonString())).Status);
        Assert.Equal(404, (await Service.PostAsync(_service.Reporter, "/v1/retractions",
            ReportBodies.Put(ReportBodies.Least("retractions", "itself"), """{"id":"itself"}""").ToJsonString())).Status);
    }

    [Fact]
    public async Task A_retraction_sent_again_is_found_even_when_the_poster_may_no_longer_name_its_report()
    {
        await RecordAsync("again");
        var body = ReportBodies.Full("retractions", "again-retraction", "again").ToJsonString();
        var first = await _service.ReportAsync("retractions", body);
        await CorrectAsync("retractions", "again");

        var answer = await Service.PostAsync(_service.Reporter, "/v1/retractions", body);

        Assert.Equal((200, first.Position), (answer.Status, answer.Position));
    }

    [Fact]
    public async Task A_hundred_reports_can_be_superseded_at_once_and_one_that_is_missing_refuses_the_whole()
    {
        var names = new JsonArray();
        for (var i = 0; i < 100; i++)
        {
            await RecordAsync($"many-{i}", recipient: "UZB");
            names.Add($"many-{i}");
        }

        var body = ReportBodies.Put(ReportBodies.Delivery("the-one", "UZB"), $$"""{"feed":"{{ReportBodies.Press}}"}""");
        body["supersedes"] = names;
        names[99] = "not-there";
        var refused = await Service.PostAsync(_service.Reporter, "/v1/deliveries", body.ToJsonString());
        Assert.Equal([("/supersedes/99", "noSuchReport")], refused.Errors);

        names[99] = "many-99";
        Assert.Equal(201, (await Service.PostAsync(_service.Reporter, "/v1/deliveries", body.ToJsonString())).Status);
    }

    private static string PointerOf(string how) => how == "supersedes" ? "/supersedes/0" : "/report";

    private static Guid TargetOf(JsonElement report) => report.TryGetProperty("targetEvent", out var target)
        ? target.GetGuid() : Assert.Single(report.GetProperty("supersededEvents").EnumerateArray().Select(x => x.GetGuid()));

    private static string? SetAside(JsonElement holding, JsonElement report) => holding.GetProperty("evidence").EnumerateArray()
        .Single(x => x.GetProperty("eventId").GetGuid() == report.GetProperty("eventId").GetGuid()).GetProperty("setAside").GetString();

    private Task<string> StreamOfAsync(JsonElement report) =>
        _service.ScalarAsync<string>($"select stream_id from {TableNames.Schema}.mt_events where id = $1", report.GetProperty("eventId").GetGuid());

    private async Task<JsonElement> RecordAsync(string id, string feed = ReportBodies.Press, string recipient = "KGZ", string platform = "orlan-10") =>
        (await _service.ReportAsync("deliveries", ReportBodies.Put(ReportBodies.Delivery(id, recipient, platform), $$"""{"feed":"{{feed}}"}""").ToJsonString())).Json;

    private Task<Answered> CorrectAsync(string how, string name, string patch = "{}", HttpClient? client = null, string? feed = ReportBodies.Press)
    {
        var body = how == "supersedes" ? ReportBodies.Delivery("x") : ReportBodies.Least(how, name);
        body["id"] = $"{how}-{Interlocked.Increment(ref s_next)}";
        if (feed is not null)
        {
            body["feed"] = feed;
        }

        if (how == "supersedes")
        {
            body["supersedes"] = new JsonArray(name);
        }

        return Service.PostAsync(client ?? _service.Reporter, $"/v1/{(how == "supersedes" ? "deliveries" : how)}", ReportBodies.Put(body, patch).ToJsonString());
    }

    private static int s_next;

    private async Task<HttpClient> ReporterAsync(string name)
    {
        var key = await Service.PostAsync(_service.Admin, "/v1/keys", $$"""{"name":"{{name}}","scopes":["report"]}""");
        var client = _service.Client(null);
        client.DefaultRequestHeaders.Authorization = new("Bearer", key.Json.GetProperty("secret").GetString());
        return client;
    }

    private async Task DefineAsync(string platform, string alias)
    {
        await Service.PostAsync(_service.Admin, "/v1/platforms", new { platform, name = platform, category = "uav", @class = "durable", use = "military" });
        var added = await Service.PostAsync(_service.Admin, $"/v1/platforms/{platform}/aliases", new { alias });
        Assert.Equal(201, added.Status);
    }
}
