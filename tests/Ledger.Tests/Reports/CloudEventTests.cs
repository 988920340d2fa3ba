using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Reports;

public sealed class CloudEventTests(OneService one) : IClassFixture<OneService>
{
    private const string Structured = "application/cloudevents+json";
    private const string Batch = "application/cloudevents-batch+json";

    private readonly Service _service = one.Service;

    /// <summary>A report in an envelope; its id and feed move out.</summary>
    private static JsonObject Event(string path, JsonObject body, string? id = null, string feed = ReportBodies.Press)
    {
        var data = body.DeepClone().AsObject();
        id ??= data["id"]!.GetValue<string>();
        data.Remove("id");
        data.Remove("feed");
        return new JsonObject { ["specversion"] = "1.0", ["type"] = $"ledger.{ReportBodies.KindOf(path)}.v1", ["source"] = feed, ["id"] = id, ["data"] = data };
    }

    private static JsonObject Delivery(string id, string platform = "orlan-10", long n = 3) => Event("deliveries", ReportBodies.Delivery(id, platform: platform, n: n));

    private Task<Answered> PostAsync(JsonNode body) => PostAsync(_service.Reporter, body.ToJsonString(), body is JsonArray ? Batch : Structured);

    private static async Task<Answered> PostAsync(HttpClient client, string body, string mediaType)
    {
        using var content = new StringContent(body, Encoding.UTF8);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        using var response = await client.PostAsync("/v1/events", content);
        return await Answered.OfAsync(response);
    }

    [Theory]
    [MemberData(nameof(ReportBodies.Paths), MemberType = typeof(ReportBodies))]
    public async Task A_report_is_the_same_by_its_own_path_by_an_import_and_as_an_event(string path)
    {
        var target = ReportBodies.IsWithdrawal(path) ? await ReportBodies.TargetAsync(_service, $"event-target-{path}") : null;
        for (var first = 0; first < 3; first++)
        {
            var body = ReportBodies.Full(path, $"event-{path}-{first}", target);
            var eventId = ReportBodies.EventId(ReportBodies.Press, $"event-{path}-{first}");
            var before = await _service.CountAsync();
            JsonElement? stored = null;
            for (var i = 0; i < 6; i++)
            {
                var (status, position) = (0, 0L);
                switch ((first + i) % 3)
                {
                    case 0:
                        var posted = await Service.PostAsync(_service.Reporter, $"/v1/{path}", body.ToJsonString());
                        (status, position) = (posted.Status, posted.Position);
                        break;
                    case 1:
                        var line = (await Import.PostAsync(_service.Reporter, Import.Line(path, body.DeepClone().AsObject()))).Lines[0];
                        (status, position) = (line.GetProperty("status").GetInt32(), line.GetProperty("position").GetInt64());
                        break;
                    default:
                        var answer = await PostAsync(Event(path, body));
                        (status, position) = (answer.Status, answer.Position);
                        Assert.Equal($"/v1/reports/{eventId}", answer.Headers.Location?.ToString());
                        break;
                }

                Assert.Equal(i == 0 ? 201 : 200, status);
                var report = await _service.AskAsync($"/v1/reports/{eventId}");
                Assert.Equal(position, report.GetProperty("position").GetInt64());
                stored ??= report;
                ReportBodies.Same(stored.Value, report);
            }

            Assert.Equal(before + 1, await _service.CountAsync());
        }
    }

    [Fact]
    public async Task The_answer_to_an_event_is_that_to_its_report()
    {
        var posted = await PostAsync(Delivery("event-answer"));
        Assert.Equal(201, posted.Status);
        Assert.Equal((ReportBodies.EventId(ReportBodies.Press, "event-answer"), "delivery", "total"),
            (posted.Json.GetProperty("eventId").GetGuid(), posted.Json.Text("kind"), posted.Json.Text("readAs")));
        var again = await Service.PostAsync(_service.Reporter, "/v1/deliveries", ReportBodies.Put(ReportBodies.Delivery("event-answer"), $$"""{"feed":"{{ReportBodies.Press}}"}""").ToJsonString());
        ReportBodies.Same(posted.Json, again.Json);
    }

    [Fact]
    public async Task A_batch_is_recorded_in_its_order_and_answered_event_by_event()
    {
        await PostAsync(Delivery("batch-there"));
        var first = Delivery("batch-first");
        var correction = Delivery("batch-correction", n: 5);
        correction["data"]!["supersedes"] = new JsonArray("batch-first");
        var retraction = Event("retractions", ReportBodies.Least("retractions", "batch-there"), "batch-retraction");
        var batch = new JsonArray(first, correction, Delivery("batch-there"), Delivery("batch-elsewhere", "aksungur"), retraction, first.DeepClone());

        var answer = await PostAsync(batch);

        Assert.Equal(201, answer.Status);
        var all = answer.Json.EnumerateArray().ToList();
        Assert.Equal(batch.Select(x => x!["id"]!.GetValue<string>()), all.Select(x => x.Text("id")));
        var positions = all.Select(x => x.Long("position")).ToList();
        Assert.Equal(positions.Max(), answer.Position);
        Assert.Equal(positions[0], positions[5]);
        Assert.True(positions[0] < positions[1] && positions[2] < positions[0] && positions[1] < positions[4], string.Join(' ', positions));
        Assert.Equal(all[0].GetProperty("eventId").GetGuid(), all[1].Items("supersededEvents")[0].GetGuid());
        var before = await _service.CountAsync();
        var again = await PostAsync(batch);
        Assert.Equal(200, again.Status);
        ReportBodies.Same(answer.Json, again.Json);
        Assert.Equal(before, await _service.CountAsync());
        Assert.Equal((200, "[]"), ((await PostAsync(new JsonArray())).Status, (await PostAsync(new JsonArray())).Body));
    }

    [Theory]
    [InlineData("rule", 422, "/500/data/quantity/n")]
    [InlineData("names nothing", 404, "/500/data/supersedes/0")]
    [InlineData("taken", 409, "/500/id")]
    [InlineData("unknown member", 400, "/500/data/platfrom")]
    [InlineData("attribute", 400, "/500/data_base64")]
    [InlineData("no object", 400, "/500")]
    public async Task A_batch_with_one_bad_event_is_refused_whole_and_the_problem_points_at_it(string what, int status, string at)
    {
        // More than one transaction takes of single reports.
        var events = new JsonArray([.. Enumerable.Range(0, 700).Select(i => Delivery($"whole-{what}-{i}", $"whole-{i % 7}"))]);
        await PostAsync(Delivery("whole-taken"));
        switch (what)
        {
            case "rule":
                events[500]!["data"]!["quantity"]!["n"] = -1;
                break;
            case "names nothing":
                events[500]!["data"]!["supersedes"] = new JsonArray("never-posted");
                break;
            case "taken":
                events[500] = Delivery("whole-taken", n: 4);
                break;
            case "unknown member":
                events[500]!["data"]!["platfrom"] = "TB2";
                break;
            case "attribute":
                events[500]!["data_base64"] = "e30=";
                break;
            default:
                events[500] = null;
                break;
        }

        var before = await _service.CountAsync();
        var answer = await PostAsync(events);

        Assert.Equal(status, answer.Status);
        Assert.Equal(at, Assert.Single(answer.Errors).Pointer);
        Assert.Equal(before, await _service.CountAsync());
    }

    [Fact]
    public async Task A_batch_of_a_thousand_is_one_transaction()
    {
        var events = new JsonArray([.. Enumerable.Range(0, 1_000).Select(i => Delivery($"thousand-{i}", $"thousand-{i % 100}"))]);
        var before = await _service.CountAsync();
        var answer = await PostAsync(events);
        Assert.Equal(201, answer.Status);
        Assert.Equal(before + 1_000, await _service.CountAsync());
        var positions = answer.Json.EnumerateArray().Select(x => x.Long("position")).ToList();
        Assert.Equal(positions.Order(), positions);
        Assert.Equal(1L, await _service.ScalarAsync<long>($"select count(distinct xmin::text) from {TableNames.Schema}.mt_events where seq_id = any($1)", positions.ToArray()));
        events.Add(Delivery("thousand-1000"));
        var more = await PostAsync(events);
        Assert.Equal((413, ("", "tooLarge")), (more.Status, Assert.Single(more.Errors)));
    }

    [Fact]
    public async Task All_broken_rules_of_all_events_are_named_at_once()
    {
        var bad = Delivery("broken-1");
        bad["specversion"] = "0.3";
        bad["datacontenttype"] = "application/xml";
        bad["data"]!["recipient"] = "Kyrgyzstan";
        var worse = Delivery("broken-2");
        worse.Remove("source");
        worse["id"] = "line\nbreak";
        worse["type"] = "ledger.war.v1";
        var empty = new JsonObject { ["specversion"] = "1.0", ["type"] = "ledger.loss.v1", ["source"] = "no-uri", ["id"] = "broken-3", ["data"] = new JsonObject() };

        var answer = await PostAsync(new JsonArray(bad, Delivery("broken-0"), worse, empty, new JsonObject()));

        Assert.Equal(422, answer.Status);
        Assert.Equal(
            [
                ("/0/specversion", "vocabulary"), ("/0/datacontenttype", "vocabulary"), ("/0/data/recipient", "country"), ("/2/source", "required"), ("/2/type", "vocabulary"),
                ("/3/source", "uri"), ("/4/specversion", "required"), ("/4/type", "required"), ("/4/source", "required"), ("/4/id", "required"), ("/4/data", "required"),
            ],
            answer.Errors.Where(x => !x.Pointer.StartsWith("/3/data", StringComparison.Ordinal)));
        Assert.Contains(answer.Errors, x => x is ("/3/data/recipient", "required"));
    }

    [Theory]
    [InlineData("""{"id":"inside-1","feed":"urn:example:press"}""", 200, "")]
    [InlineData("""{"id":"inside-1"}""", 200, "")]
    [InlineData("""{"id":"other"}""", 422, "/data/id")]
    [InlineData("""{"feed":"urn:example:other"}""", 422, "/data/feed")]
    [InlineData("""{"id":7}""", 422, "/data/id")]
    [InlineData("""{"kind":"delivery"}""", 400, "/data/kind")]
    [InlineData("""{"digest":"x"}""", 400, "/data/digest")]
    public async Task Data_may_repeat_the_identity_of_its_event_and_say_no_other(string patch, int status, string at)
    {
        var said = Delivery("inside-1");
        await PostAsync(said);
        ReportBodies.Put(said["data"]!.AsObject(), patch);
        var answer = await PostAsync(said);
        Assert.True(answer.Status == status, answer.Body);
        if (status >= 400)
        {
            Assert.Equal(at, Assert.Single(answer.Errors).Pointer);
        }
    }

    [Theory]
    [InlineData("""{"time":"2024-05-10T08:00:00.123456789Z","subject":"KGZ","dataschema":"https://example.org/s","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}""")]
    [InlineData("""{"sequence":7,"sampled":true,"partitionkey":"a","comexampleextension1":"x","datacontenttype":"application/json; charset=UTF-8"}""")]
    [InlineData("""{"time":"2030-01-01T00:00:00Z"}""")]
    public async Task What_else_an_envelope_carries_is_taken_and_is_no_part_of_the_report(string patch)
    {
        await PostAsync(Delivery("carried"));
        var stored = await _service.AskAsync($"/v1/reports/{ReportBodies.EventId(ReportBodies.Press, "carried")}");
        var answer = await PostAsync(ReportBodies.Put(Delivery("carried"), patch));
        Assert.True(answer.Status == 200, answer.Body);
        foreach (var name in ReportBodies.Parse(patch).Select(x => x.Key))
        {
            Assert.False(stored.TryGetProperty(name, out _));
        }
    }

    [Fact]
    public async Task An_attribute_that_is_null_is_absent()
    {
        var said = Delivery("null-attribute").ToJsonString()[..^1] + ",\"subject\":null,\"datacontenttype\":null,\"myextension\":null}";
        Assert.Equal(201, (await PostAsync(_service.Reporter, said, Structured)).Status);
        var missing = Delivery("null-id");
        missing["id"] = null;
        var answer = await PostAsync(missing);
        Assert.Equal([("/id", "required")], answer.Errors);
    }

    [Theory]
    [InlineData("\"Subject\":\"x\"", "/Subject", "unknownMember")]
    [InlineData("\"partition_key\":\"x\"", "/partition_key", "unknownMember")]
    [InlineData("\"\":\"x\"", "/", "unknownMember")]
    [InlineData("\"a/b~c\":\"x\"", "/a~1b~0c", "unknownMember")]
    [InlineData("\"schlüssel\":\"x\"", "/schlüssel", "unknownMember")]
    [InlineData("\"data_base64\":\"e30=\"", "/data_base64", "unknownMember")]
    [InlineData("\"ext\":{}", "/ext", "wrongType")]
    [InlineData("\"ext\":[]", "/ext", "wrongType")]
    [InlineData("\"ext\":1.5", "/ext", "wrongType")]
    [InlineData("\"ext\":2147483648", "/ext", "wrongType")]
    [InlineData("\"subject\":1", "/subject", "wrongType")]
    [InlineData("\"subject\":\"\"", "/subject", "empty")]
    [InlineData("\"time\":\"yesterday\"", "/time", "time")]
    [InlineData("\"time\":\"2026-11-27\"", "/time", "time")]
    [InlineData("\"time\":\"2026-11-27T00:50:00\"", "/time", "time")]
    [InlineData("\"time\":\"2026-11-27 00:50:00Z\"", "/time", "time")]
    [InlineData("\"time\":\"2026-02-30T00:50:00Z\"", "/time", "time")]
    [InlineData("\"time\":\"\"", "/time", "time")]
    [InlineData("\"dataschema\":\"schemas/report\"", "/dataschema", "uri")]
    [InlineData("\"dataschema\":\"https://example.org/a b\"", "/dataschema", "uri")]
    [InlineData("\"ext\":\"a\\nb\"", "/ext", "text")]
    [InlineData("\"time\":true", "/time", "wrongType")]
    [InlineData("\"id\":\"again\"", "/id", "duplicateMember")]
    public async Task What_no_CloudEvent_can_have_is_refused(string member, string at, string code)
    {
        var answer = await PostAsync(_service.Reporter, $"{Delivery("illegal").ToJsonString()[..^1]},{member}}}", Structured);
        Assert.Equal(400, answer.Status);
        Assert.Equal([(at, code)], answer.Errors);
    }

    [Theory]
    [InlineData("application/json", 415)]
    [InlineData("text/plain", 415)]
    [InlineData("application/cloudevents", 415)]
    [InlineData("application/cloudevents+xml", 415)]
    [InlineData("application/cloudevents+json; charset=utf-16", 415)]
    [InlineData("application/CloudEvents+JSON; charset=utf-8", 201)]
    [InlineData("application/cloudevents-batch+json", 400)]
    public async Task Only_structured_events_and_batches_in_JSON_are_taken(string mediaType, int status) =>
        Assert.Equal(status, (await PostAsync(_service.Reporter, Delivery($"media-{Math.Abs(mediaType.GetHashCode(StringComparison.Ordinal))}").ToJsonString(), mediaType)).Status);

    [Fact]
    public async Task A_batch_where_one_event_is_expected_is_no_event() =>
        Assert.Equal(400, (await PostAsync(_service.Reporter, "[]", Structured)).Status);

    [Fact]
    public async Task An_event_carries_as_much_as_a_report_can_say_and_no_more()
    {
        // As long as one report may be, by spaces inside: exactly at the limit, and one byte beyond.
        string Padded(string id, int bytes)
        {
            var data = Delivery(id)["data"]!.ToJsonString();
            var padded = data[..^1] + new string(' ', bytes - data.Length) + "}";
            var envelope = Delivery(id);
            envelope["data"] = "@";
            return envelope.ToJsonString().Replace("\"@\"", padded, StringComparison.Ordinal);
        }

        Assert.Equal(201, (await PostAsync(_service.Reporter, Padded("long-1", Limits.ReportBytes), Structured)).Status);
        var answer = await PostAsync(_service.Reporter, Padded("long-2", Limits.ReportBytes + 1), Structured);
        Assert.Equal((413, "/data"), (answer.Status, Assert.Single(answer.Errors).Pointer));
        answer = await PostAsync(_service.Reporter, $"[{Padded("long-3", Limits.ReportBytes)},{Padded("long-4", Limits.ReportBytes + 1)}]", Batch);
        Assert.Equal((413, "/1/data"), (answer.Status, Assert.Single(answer.Errors).Pointer));
        Assert.Equal(413, (await PostAsync(_service.Reporter, Delivery("long-5").ToJsonString() + new string(' ', Limits.ReportBytes + Limits.EnvelopeBytes), Structured)).Status);
        Assert.Equal(413, (await PostAsync(_service.Reporter, "[" + new string(' ', Limits.BatchBytes) + "]", Batch)).Status);
        Assert.Equal(201, (await PostAsync(_service.Reporter, $"[{string.Join(',', Enumerable.Range(0, 60).Select(i => Padded($"long-6-{i}", Limits.ReportBytes)))}]", Batch)).Status);
    }

    [Fact]
    public async Task A_key_posts_events_only_to_its_own_feeds()
    {
        var made = await Service.PostAsync(_service.Admin, "/v1/keys", """{"name":"narrow-events","scopes":["report"],"feeds":["urn:example:narrow"]}""");
        using var narrow = _service.Client(null);
        narrow.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Json.Text("secret"));
        var mine = Event("deliveries", ReportBodies.Delivery("narrow-1"), feed: "urn:example:narrow");
        Assert.Equal(201, (await PostAsync(narrow, mine.ToJsonString(), Structured)).Status);
        var answer = await PostAsync(narrow, new JsonArray(Event("deliveries", ReportBodies.Delivery("narrow-2"), feed: "urn:example:narrow"), Delivery("narrow-3")).ToJsonString(), Batch);
        Assert.Equal((403, "/1/source"), (answer.Status, Assert.Single(answer.Errors).Pointer));
        Assert.Equal(404, (await Service.GetAsync(_service.Reader, $"/v1/reports/{ReportBodies.EventId("urn:example:narrow", "narrow-2")}")).Status);
        Assert.Equal(403, (await PostAsync(_service.Client(Scopes.Read), mine.ToJsonString(), Structured)).Status);
    }

    [Fact]
    public async Task A_different_report_under_the_identity_of_an_event_is_refused_and_both_are_shown()
    {
        await PostAsync(Delivery("event-taken"));
        var answer = await PostAsync(Delivery("event-taken", n: 4));
        Assert.Equal(409, answer.Status);
        Assert.Equal((3, 4), (answer.Json.Long("stored.quantity.n"), answer.Json.Long("posted.quantity.n")));
        answer = await PostAsync(new JsonArray(Delivery("event-twice"), Delivery("event-twice", n: 4)));
        Assert.Equal((409, "/1/id"), (answer.Status, Assert.Single(answer.Errors).Pointer));
        Assert.Equal(404, (await Service.GetAsync(_service.Reader, string.Create(CultureInfo.InvariantCulture, $"/v1/reports/{ReportBodies.EventId(ReportBodies.Press, "event-twice")}"))).Status);
    }
}
