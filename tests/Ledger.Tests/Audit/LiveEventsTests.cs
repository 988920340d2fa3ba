using Ledger.Facts;
using Ledger.Store;
using Ledger.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ledger.Tests.Audit;

public class LiveEventsTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    private async Task<List<long>> PostAsync(int count, string recipient)
    {
        var positions = new List<long>();
        for (var i = 0; i < count; i++)
        {
            positions.Add((await ReportBuilder.Report(recipient, $"bird-{i % 3}", i).PostAsync(_service)).Position);
        }

        return positions;
    }

    [Fact]
    public async Task Whoever_follows_hears_of_every_event_once_it_is_settled()
    {
        await using var stream = await EventStream.OpenAsync(_service.Reader);
        var posted = await PostAsync(20, "x-live");
        var heard = new List<long>();
        while (heard.Count < 20)
        {
            var said = (await stream.NextAsync())!.Value;
            if (said.Text("data.recipient") == "x-live")
            {
                heard.Add(said.Long("position"));
            }
        }

        Assert.Equal(posted, heard);
    }

    [Fact]
    public async Task A_key_that_was_revoked_hears_no_more_while_events_go_on_coming()
    {
        var made = await Service.PostAsync(_service.Admin, "/v1/keys", """{"name":"listener","scopes":["read"]}""");
        using var client = _service.Client(null);
        client.DefaultRequestHeaders.Authorization = new("Bearer", made.Json.Text("secret"));
        await using var stream = await EventStream.OpenAsync(client);
        await PostAsync(1, "x-before");
        Assert.NotNull(await stream.NextAsync());

        using var revoked = await _service.Admin.DeleteAsync(made.Headers.Location, TestContext.Current.CancellationToken);
        Assert.Equal(204, (int)revoked.StatusCode);
        using var over = new CancellationTokenSource();
        var posting = Task.Run(async () =>
        {
            // Never silent for so long that silence would end it.
            while (!over.IsCancellationRequested)
            {
                await PostAsync(1, "x-after");
                await Task.Delay(200);
            }
        }, TestContext.Current.CancellationToken);
        var heard = 0;
        while (await stream.NextAsync() is not null)
        {
            Assert.True(++heard < 60, "A revoked key hears on.");
        }

        await over.CancelAsync();
        await posting;
    }

    [Fact]
    public async Task Whoever_connects_again_goes_on_after_the_last_event_that_came()
    {
        var posted = await PostAsync(300, "x-again");
        await _service.AskAsync("/v1/countries", posted[^1]);
        var whole = new List<long>();
        long last = 0;
        while (last < posted[^1])
        {
            // The address says 0 each time, as a browser would repeat it; the header is newer.
            await using var stream = await EventStream.OpenAsync(_service.Reader, "?after=0", last == 0 ? null : last);
            for (var i = 0; i < 110 && last < posted[^1]; i++)
            {
                whole.Add(last = (await stream.NextAsync())!.Value.Long("position"));
            }
        }

        Assert.Equal(whole.Distinct().Order(), whole);
        Assert.Equal(posted, whole.Intersect(posted));
    }

    [Fact]
    public async Task Many_who_follow_hear_the_same()
    {
        var streams = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => EventStream.OpenAsync(_service.Reader)));
        var from = streams.Max(x => x.Position);
        var posted = await PostAsync(5, "x-many");
        Assert.True(from < posted[0]);
        foreach (var stream in streams)
        {
            await using (stream)
            {
                var heard = new List<long> { 0 };
                while (heard[^1] < posted[^1])
                {
                    heard.Add((await stream.NextAsync())!.Value.Long("position"));
                }

                Assert.Equal(posted, heard.Where(x => x > from));
            }
        }
    }

    [Fact]
    public async Task A_reader_may_follow_and_others_may_not()
    {
        Assert.Equal(403, (await Service.GetAsync(_service.Auditor, "/v1/events/live")).Status);
        Assert.Equal(400, (await Service.GetAsync(_service.Reader, "/v1/events/live?after=99999999")).Status);
        var soon = await _service.Reader.SendAsync(HttpMethod.Get, "/v1/events/live", ("Last-Event-ID", "soon"));
        Assert.Equal((400, ("Last-Event-ID", "header")), (soon.Status, soon.Errors.Single()));
    }

    [Fact]
    public async Task Who_follows_one_recipient_hears_of_it_alone_and_goes_on_after_what_was_passed_over()
    {
        await using var stream = await EventStream.OpenAsync(_service.Reader, "?recipient=x-one");
        var passed = await PostAsync(3, "x-one-more");
        var posted = await PostAsync(2, "x-one");
        passed = [.. passed, .. await PostAsync(2, "x-other")];
        var heard = new List<long> { (await stream.NextAsync())!.Value.Long("position"), (await stream.NextAsync())!.Value.Long("position") };
        Assert.Equal(posted, heard);
        while (stream.LastId < passed[^1])
        {
            Assert.True(await stream.NextLineAsync(), "The stream ended.");
        }

        Assert.Equal(400, (await Service.GetAsync(_service.Reader, "/v1/events/live?recipient=Iran")).Status);
    }

    [Fact]
    public async Task Who_knows_more_than_the_ledger_is_told_that_it_was_restored_and_goes_on_from_its_end()
    {
        await using var stream = await EventStream.OpenAsync(_service.Reader, "", 9_000_000_000);
        var reset = (await stream.NextAsync())!.Value;
        Assert.Equal(("reset", stream.Position), (stream.LastEvent, reset.Long("position")));
        Assert.Equal(stream.Position, stream.LastId);
        var posted = await PostAsync(1, "x-restored");
        while ((await stream.NextAsync())!.Value.Long("position") < posted[0])
        {
            Assert.Null(stream.LastEvent);
        }
    }

    [Fact]
    public async Task A_service_that_stops_ends_every_stream_in_order()
    {
        var service = await Service.StartAsync();
        await using var stream = await EventStream.OpenAsync(service.Reader);
        var stopping = service.Services.GetRequiredService<IHost>().StopAsync(TestContext.Current.CancellationToken);
        Assert.Null(await stream.NextAsync());
        Assert.Equal(1, stream.Comments);
        await stopping;
        await service.DisposeAsync();
    }

    [Fact]
    public async Task Who_went_away_keeps_nobody_else_waiting()
    {
        var settled = _service.Services.GetRequiredService<LedgerEnd>();
        var stream = await EventStream.OpenAsync(_service.Reader);
        await stream.DisposeAsync();
        // Nobody waits, so nobody asks: the service still answers, and the next stream is served.
        await using var next = await EventStream.OpenAsync(_service.Reader);
        var posted = await PostAsync(1, "x-next");
        Assert.Equal(posted[0], (await next.NextAsync())!.Value.Long("position"));
        Assert.True((await settled.NowAsync(TestContext.Current.CancellationToken)) >= posted[0]);
    }
}
