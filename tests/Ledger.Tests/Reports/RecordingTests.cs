using System.Text.Json.Nodes;
using Ledger.Facts;
using Ledger.Store;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Reports;

public sealed class RecordingTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    [Theory]
    [MemberData(nameof(ReportBodies.Paths), MemberType = typeof(ReportBodies))]
    public async Task A_report_is_recorded_as_it_was_said(string path)
    {
        var id = $"recorded-{path}";
        var body = ReportBodies.Full(path, id, ReportBodies.IsWithdrawal(path) ? await ReportBodies.TargetAsync(_service, $"target-of-{id}") : null);

        var answer = await Service.PostAsync(_service.Reporter, $"/v1/{path}", body.ToJsonString());

        Assert.True(answer.Status == 201, answer.Body);
        var eventId = ReportBodies.EventId(ReportBodies.Press, id);
        var report = answer.Json;
        Assert.Equal(eventId, report.GetProperty("eventId").GetGuid());
        Assert.Equal($"/v1/reports/{eventId}", answer.Headers.Location?.ToString());
        Assert.Equal(answer.Position, report.GetProperty("position").GetInt64());
        Assert.Equal("development-report", report.GetProperty("reporter").GetString());
        Assert.Equal(ReportBodies.KindOf(path), report.GetProperty("kind").GetString());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", report.GetProperty("recordedAt").GetString());
        Assert.Equal(ReportBodies.IsWithdrawal(path) ? null : "lot", report.TryGetProperty("readAs", out var readAs) ? readAs.GetString() : null);
        foreach (var (name, said) in body)
        {
            var expected = name == "platform" ? JsonValue.Create("bayraktar-tb2") : said;
            Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(report.GetProperty(name).GetRawText())), $"{name}: {report}");
        }
    }

    [Theory]
    [MemberData(nameof(ReportBodies.Paths), MemberType = typeof(ReportBodies))]
    public async Task A_report_is_stored_under_its_pinned_name_at_the_position_and_time_that_were_answered(string path)
    {
        var id = $"stored-{path}";
        var answer = await _service.ReportAsync(path, ReportBodies.Full(path, id, ReportBodies.IsWithdrawal(path) ? await ReportBodies.TargetAsync(_service, $"target-of-{id}") : null).ToJsonString());

        var stored = await _service.ScalarAsync<string>(
            $"select concat_ws(' ', type, seq_id, to_char(timestamp at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')) from {TableNames.Schema}.mt_events where id = $1",
            ReportBodies.EventId(ReportBodies.Press, id));
        Assert.Equal($"{ReportBodies.Kinds.Single(x => x.Path == path).EventType} {answer.Position} {answer.Json.GetProperty("recordedAt")}", stored);
    }

    [Theory]
    [MemberData(nameof(ReportBodies.Paths), MemberType = typeof(ReportBodies))]
    public async Task The_shortest_report_is_recorded_and_what_it_leaves_out_stays_out(string path)
    {
        var own = "urn:ledger:development-report";
        var target = ReportBodies.IsWithdrawal(path) ? await ReportBodies.TargetAsync(_service, $"target-of-least-{path}", own) : null;
        var body = ReportBodies.Least(path, target);
        // The shortest bodies of several kinds are alike, and so would be their identity.
        body["source"]!["publisher"] = $"The {path} paper";
        var answer = await _service.ReportAsync(path, body.ToJsonString());

        Assert.Equal(own, answer.Json.GetProperty("feed").GetString());
        foreach (var absent in new[] { "deal", "lot", "quantity", "occurred", "origin", "grade", "role", "supersedes", "note", "platformName" })
        {
            Assert.False(answer.Json.TryGetProperty(absent, out _), $"{absent} was not said: {answer.Body}");
        }

        Assert.Equal("x-unknown", answer.Json.GetProperty("supplier").GetString());
        if (!ReportBodies.IsWithdrawal(path))
        {
            Assert.Equal("total", answer.Json.GetProperty("readAs").GetString());
        }
    }

    [Theory]
    [MemberData(nameof(ReportBodies.Paths), MemberType = typeof(ReportBodies))]
    public async Task A_report_that_is_sent_again_gets_the_first_answer_and_adds_nothing(string path)
    {
        var id = $"retried-{path}";
        var body = ReportBodies.Full(path, id, ReportBodies.IsWithdrawal(path) ? await ReportBodies.TargetAsync(_service, $"target-of-{id}") : null);
        var first = await _service.ReportAsync(path, body.ToJsonString());

        var turned = new JsonObject(body.Reverse().Select(x => KeyValuePair.Create(x.Key, x.Value?.DeepClone())));
        foreach (var again in new[] { body.ToJsonString(), turned.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }) })
        {
            var answer = await Service.PostAsync(_service.Reporter, $"/v1/{path}", again);
            Assert.Equal(200, answer.Status);
            Assert.Equal(first.Position, answer.Position);
            Assert.Equal(first.Headers.Location, answer.Headers.Location);
            ReportBodies.Same(first.Json, answer.Json);
        }

        Assert.Equal(1, await _service.ScalarAsync<long>($"select count(*) from {TableNames.Schema}.mt_events where data ->> 'id' = $1", id));
    }

    [Theory]
    [MemberData(nameof(ReportBodies.Paths), MemberType = typeof(ReportBodies))]
    public async Task Of_many_who_send_one_report_at_once_one_records_it_and_the_others_find_it(string path)
    {
        const int rounds = 12, clients = 6;
        var target = ReportBodies.IsWithdrawal(path) ? await ReportBodies.TargetAsync(_service, $"target-of-raced-{path}") : null;
        for (var round = 0; round < rounds; round++)
        {
            var body = ReportBodies.Full(path, $"raced-{path}-{round}", target).ToJsonString();
            var answers = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Service.PostAsync(_service.Reporter, $"/v1/{path}", body)));

            Assert.Single(answers, x => x.Status == 201);
            Assert.Equal(clients - 1, answers.Count(x => x.Status == 200));
            Assert.All(answers, x => ReportBodies.Same(answers[0].Json, x.Json));
        }

        Assert.Equal(rounds, await _service.ScalarAsync<long>($"select count(*) from {TableNames.Schema}.mt_events where data ->> 'id' like $1", $"raced-{path}-%"));
    }

    [Fact]
    public async Task Of_two_different_reports_under_one_identity_sent_at_once_one_is_recorded_and_shown_to_the_other()
    {
        for (var round = 0; round < 20; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(1, 4).Select(n =>
                Service.PostAsync(_service.Reporter, "/v1/deliveries", ReportBodies.Delivery($"contested-{round}", n: n).ToJsonString())));

            var winner = Assert.Single(answers, x => x.Status == 201);
            foreach (var loser in answers.Where(x => x != winner))
            {
                Assert.Equal(409, loser.Status);
                var stored = JsonNode.Parse(loser.Json.GetProperty("stored").GetRawText())!.AsObject();
                stored["readAs"] = "total";
                stored["similar"] = JsonNode.Parse(winner.Json.GetProperty("similar").GetRawText());
                stored["understoodAs"] = JsonNode.Parse(winner.Json.GetProperty("understoodAs").GetRawText());
                Assert.True(JsonNode.DeepEquals(JsonNode.Parse(winner.Body), stored), $"{winner.Body}\n{loser.Body}");
            }
        }
    }
}
