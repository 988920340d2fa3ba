using System.Text.Json;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Audit;

public class EventsTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    private async Task<(List<JsonElement> Events, long Position)> ReadAsync(string query = "")
    {
        var answer = await Service.GetAsync(_service.Auditor, "/v1/events" + query);
        Assert.Equal((200, "application/x-ndjson"), (answer.Status, answer.MediaType));
        return ([.. answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(x => JsonElement.Parse(x))], answer.Position);
    }

    [Fact]
    public async Task The_replay_has_every_event_in_recorded_order_as_it_is_stored()
    {
        for (var i = 0; i < 300; i++)
        {
            await ReportBuilder.Report("x-replay", $"bird-{i % 7}", i).PostAsync(_service);
        }

        var last = await ReportBuilder.Report("x-replay", "bird-1", 9).With("quantity.text", "neuf – “9” ✈").PostAsync(_service);
        await _service.AskAsync("/v1/countries", last.Position);
        var (events, settled) = await ReadAsync();
        Assert.True(settled >= last.Position);
        var stored = await _service.ScalarAsync<long>("select count(*) from ledger.mt_events where type <> 'tombstone'");
        Assert.Equal(stored, events.Count);
        Assert.True(stored > 2 * Limits.EventsPerQuery);
        var positions = events.ConvertAll(x => x.Long("position"));
        Assert.Equal(positions.Order(), positions);

        var said = events.Single(x => x.Long("position") == last.Position);
        Assert.Equal(last.Json.Text("eventId"), said.Text("id"));
        Assert.Equal("delivery_reported", said.Text("type"));
        Assert.Equal("x-replay/TUR/~bird-1", said.Text("stream"));
        Assert.Equal(last.Json.Text("recordedAt"), said.Text("recordedAt"));
        Assert.Equal(last.Json.Text("reporter"), said.Text("reporter"));
        Assert.Equal(await _service.ScalarAsync<string>("select data::text from ledger.mt_events where seq_id = $1", last.Position),
            said.GetProperty("data").GetRawText());
        Assert.Contains(events, x => x.Text("type") == EventTypes.PlatformDefined);
    }

    [Fact]
    public async Task A_replay_goes_on_after_any_position_and_takes_no_more_than_it_was_asked_for()
    {
        var last = await ReportBuilder.Report("x-resume", "bird", 1).PostAsync(_service);
        await _service.AskAsync("/v1/countries", last.Position);
        var (whole, _) = await ReadAsync();
        var pieces = new List<long>();
        for (long after = 0; ;)
        {
            var (piece, end) = await ReadAsync($"?after={after}&limit=40");
            Assert.True(piece.Count <= 40);
            pieces.AddRange(piece.Select(x => x.Long("position")));
            if (piece.Count < 40 || (after = pieces[^1]) == end)
            {
                break;
            }
        }

        var positions = whole.ConvertAll(x => x.Long("position"));
        Assert.Equal(positions, pieces.Take(positions.Count));
    }

    [Fact]
    public async Task A_gap_that_the_store_has_marked_is_no_event_and_is_shown_to_nobody()
    {
        // As the store itself marks the place of a transaction that failed.
        var position = await _service.ScalarAsync<long>("""
            with stream as (insert into ledger.mt_streams (id, version) values ('mt_tombstone', 0) on conflict do nothing)
            insert into ledger.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type)
            select nextval('ledger.mt_events_sequence'), gen_random_uuid(), 'mt_tombstone', currval('ledger.mt_events_sequence'), '{}', 'tombstone', now(), '*DEFAULT*',
              'JasperFx.Events.Tombstone, JasperFx.Events' returning seq_id
            """);
        var next = await ReportBuilder.Report("x-gap", "bird", 1).PostAsync(_service);
        Assert.True(next.Position > position);
        Assert.Equal(next.Position, (await _service.AskAsync("/v1/countries/x-gap/fleet", next.Position)).Long("basis.position"));
        var (events, settled) = await ReadAsync($"?after={position - 1}");
        Assert.True(settled >= next.Position);
        Assert.Equal(next.Position, events[0].Long("position"));
    }

    [Fact]
    public async Task Only_auditors_replay_and_a_position_that_never_was_is_refused()
    {
        Assert.Equal(403, (await Service.GetAsync(_service.Reader, "/v1/events")).Status);
        var beyond = await Service.GetAsync(_service.Auditor, "/v1/events?after=99999999");
        Assert.Equal(400, beyond.Status);
        Assert.Equal([("?after", "beyondTheEnd")], beyond.Errors);
        Assert.Equal(400, (await Service.GetAsync(_service.Auditor, "/v1/events?after=-1")).Status);
        Assert.Equal(400, (await Service.GetAsync(_service.Auditor, "/v1/events?limit=0")).Status);
    }

    [Fact]
    public async Task Asked_only_for_the_head_neither_stream_sends_an_event()
    {
        var replay = await _service.Auditor.SendAsync(HttpMethod.Head, "/v1/events");
        Assert.Equal((200, ""), (replay.Status, replay.Body));
        var live = await _service.Reader.SendAsync(HttpMethod.Head, "/v1/events/live");
        Assert.Equal(200, live.Status);
    }

    [Fact]
    public async Task While_an_append_is_under_way_nothing_of_it_is_shown_and_nothing_comes_to_stand_behind_it()
    {
        var end = (await ReadAsync()).Position;
        Task<Answered> posting;
        await using (await Databases.HoldAsync(_service.ConnectionString, $"{AppendLock.Take}; select nextval('ledger.mt_events_sequence')"))
        {
            posting = ReportBuilder.Report("x-waiting", "bird", 1).PostAsync(_service);
            await Task.Delay(300, TestContext.Current.CancellationToken);
            Assert.False(posting.IsCompleted);
            Assert.Equal(end, (await ReadAsync($"?after={end}")).Position);
        }

        var posted = await posting;
        var (events, after) = await ReadAsync($"?after={end}");
        Assert.Equal(posted.Position, after);
        Assert.Equal([posted.Position], events.Select(x => x.Long("position")));
    }
}
