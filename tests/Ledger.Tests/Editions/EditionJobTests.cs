using System.Text;
using Ledger.Editions;
using Ledger.Facts;
using Ledger.Tests.Faults;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;
using Microsoft.Extensions.DependencyInjection;
using Wolverine;

namespace Ledger.Tests.Editions;

/// <summary>An import is a durable job: queued, running, done or failed, and never half counted.</summary>
public sealed class EditionJobTests
{
    private const string First = "2024-03-18";
    private const string Second = "2026-05-18";

    private static readonly string[] s_rows = [.. Enumerable.Range(0, 1_200).Select(x => Register.Row(designation: $"Owl {x}"))];

    [Fact]
    public async Task A_post_is_accepted_at_once_and_one_that_prefers_to_wait_is_answered_with_the_end()
    {
        await using var service = await Service.StartAsync();

        var accepted = await Edition.SendAsync(service.Reporter, Bytes(s_rows), First);
        Assert.Equal((202, "sipri-2024-03-18", false), (accepted.Status, accepted.Id, accepted.Word is "done" or "failed"));
        var waited = await Edition.SendAsync(service.Reporter, Bytes(s_rows[..1_150]), Second, "respond-async, wait=60");
        Assert.Equal((200, "done", 50), (waited.Status, waited.Word, waited.Count("delisted")));
        Assert.Equal("done", (await Edition.EndAsync(service.Reader, accepted.Id)).Word);

        // The bytes and what was to be posted have done their work.
        Assert.Equal(0, await service.ScalarAsync<long>("select count(*) from ledger.editions where file is not null"));
        Assert.Equal(0, await service.ScalarAsync<long>("select count(*) from ledger.edition_lines where to_post is not null"));
    }

    [Fact]
    public async Task A_second_edition_waits_for_the_first_and_is_compared_with_it()
    {
        await using var service = await Service.StartAsync();

        var first = await Edition.SendAsync(service.Reporter, Bytes(s_rows), First);
        var second = await Edition.SendAsync(service.Reporter, Bytes([.. s_rows[..^1], Register.Row(designation: "Owl 1199", delivered: "5")]), Second);

        Assert.Equal((202, "queued"), (second.Status, second.Word));
        var ended = await Edition.EndAsync(service.Reader, second.Id);
        Assert.Equal((1_199, 1, 0), (ended.Count("unchanged"), ended.Count("grown"), ended.Count("new")));
        Assert.Equal("done", (await Edition.EndAsync(service.Reader, first.Id)).Word);
        Assert.Equal([first.Id, second.Id], (await service.AskAsync("/v1/editions")).Items().Select(x => x.Text("id")));
    }

    [Fact]
    public async Task A_message_that_comes_again_does_nothing()
    {
        await using var service = await Service.StartAsync();
        var edition = await Edition.PostAsync(service, Bytes(s_rows), First);
        var events = await service.CountAsync();
        var lines = await service.ScalarAsync<long>("select sum(created + existing) from ledger.edition_lines");
        var bus = service.Services.GetRequiredService<IServiceScopeFactory>().CreateScope().ServiceProvider.GetRequiredService<IMessageBus>();

        foreach (int? checkpoint in (int?[])[null, 0, 500, 2_400])
        {
            await bus.PublishAsync(new ContinueEdition(1, checkpoint));
        }

        await UntilAsync(async () => await service.ScalarAsync<long>("select count(*) from wolverine.wolverine_incoming_envelopes where status <> 'Handled'") == 0);
        Assert.Equal((events, lines), (await service.CountAsync(), await service.ScalarAsync<long>("select sum(created + existing) from ledger.edition_lines")));
        ReportBodies.Same(edition.State, (await Edition.EndAsync(service.Reader, edition.Id)).State);
    }

    [Fact]
    public async Task An_import_that_fails_three_times_at_one_chunk_is_failed_and_goes_on_there_when_it_is_started_again()
    {
        await using var service = await Service.StartAsync();
        await Databases.RunAsync(service.ConnectionString, """
            create function ledger.refuse_owl() returns trigger language plpgsql as $$ begin
              if new.stream_id like '%owl-800%' then raise exception 'no owls today'; end if; return new; end $$;
            create trigger refuse_owl before insert on ledger.mt_events for each row execute function ledger.refuse_owl()
            """);
        Assert.Equal(404, (await Service.PostAsync(service.Admin, "/v1/editions/sipri-2024-03-18/retry", "")).Status);

        var failed = await Edition.PostAsync(service, Bytes(s_rows), First);

        // The weapons come into the catalogue first, a line each.
        Assert.Equal(("failed", 2_000, 500), (failed.Word, failed.State.Long("progress.done"), failed.Problem.Long("status")));
        Assert.Contains("line 2000 of the answer were begun 3 times", failed.Problem.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(400, failed.Lines.Count(x => x.Text("status") == "pending"));
        // Its day is begun: the same file is it, another one is refused, and a reporter cannot start it again.
        Assert.Equal((200, failed.Id), ((await Edition.SendAsync(service.Reporter, Bytes(s_rows), First)) is var again ? (again.Status, again.Id) : default));
        Assert.Equal(409, (await Edition.SendAsync(service.Reporter, Bytes(s_rows[..5]), First)).Status);
        Assert.Equal(403, (await Service.PostAsync(service.Reporter, $"/v1/editions/{failed.Id}/retry", "")).Status);

        await Databases.RunAsync(service.ConnectionString, "drop trigger refuse_owl on ledger.mt_events");
        // While another is active it cannot come back: the two would wait for each other for good.
        await Databases.RunAsync(service.ConnectionString, """
            insert into ledger.editions (number, id, feed, published, digest, whole, reporter, accepted, state, file, attempts)
            select 2, 'sipri-2020-01-01', feed, '2020-01-01', digest, whole, reporter, accepted, 'queued', file, 0 from ledger.editions
            """);
        var waits = await Service.PostAsync(service.Admin, $"/v1/editions/{failed.Id}/retry", "");
        Assert.Equal(409, waits.Status);
        Assert.Contains("sipri-2020-01-01 is queued", waits.Json.Text("detail"), StringComparison.Ordinal);
        await Databases.RunAsync(service.ConnectionString, "delete from ledger.editions where number = 2");
        Assert.Equal(202, (await Service.PostAsync(service.Admin, $"/v1/editions/{failed.Id}/retry", "")).Status);

        var done = await Edition.EndAsync(service.Reader, failed.Id);
        Assert.Equal(("done", 2_400, 0), (done.Word, done.Count("created"), done.Count("existing")));
        var refused = await Service.PostAsync(service.Admin, $"/v1/editions/{failed.Id}/retry", "");
        Assert.Equal((409, true), (refused.Status, refused.Json.Text("type")!.EndsWith(":not-failed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_part_that_ends_the_process_three_times_does_not_come_back_for_ever()
    {
        var database = await Databases.MakeAsync();
        await using (var service = await Service.StartOnAsync(database))
        {
            await Edition.PostAsync(service, Bytes(s_rows), First);
            // What three kills in the middle of the last chunk leave behind: attempts, and no word of how they ended.
            await Databases.RunAsync(database, """
                update ledger.editions set state = 'running', checkpoint = 2000, attempts = 3, ended = null, summary = null, position = null;
                delete from ledger.mt_events where type = 'edition_imported'
                """);
            var bus = service.Services.GetRequiredService<IServiceScopeFactory>().CreateScope().ServiceProvider.GetRequiredService<IMessageBus>();
            await bus.PublishAsync(new ContinueEdition(1, 2_000));

            var failed = await Edition.EndAsync(service.Reader, "sipri-2024-03-18");

            Assert.Contains("The process ended with it", failed.Problem.Text("detail"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Lines_are_listed_by_status_page_by_page_and_as_a_table()
    {
        await using var service = await Service.StartAsync();
        var edition = await Edition.PostAsync(service, Register.Of([.. s_rows[..30], "a,b", Register.Row("Ruritania")]), First);

        Assert.Equal(edition.Lines, await Edition.LinesAsync(service.Reader, edition.Id, limit: 7), (one, other) => one.GetRawText() == other.GetRawText());
        foreach (var status in LineStatus.All)
        {
            Assert.Equal(edition.Lines.Where(x => x.Text("status") == status).Select(x => x.Long("n")),
                (await Edition.LinesAsync(service.Reader, edition.Id, status)).Select(x => x.Long("n")));
        }

        var table = await service.Reader.SendAsync(HttpMethod.Get, $"/v1/editions/{edition.Id}/lines?status=broken", ("Accept", "text/csv"));
        Assert.Equal(2, table.Body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("32,broken,broken", table.Body, StringComparison.Ordinal);
        string[] missing = ["/v1/editions/none", "/v1/editions/none/lines"], wrong = [$"/v1/editions/{edition.Id}/lines?status=odd", "/v1/editions?asOf=2026-01-01"];
        foreach (var (path, status) in missing.Select(x => (x, 404)).Concat(wrong.Select(x => (x, 400))))
        {
            Assert.Equal(status, (await Service.GetAsync(service.Reader, path)).Status);
        }
    }

    [Fact]
    public async Task Editions_from_before_imports_were_jobs_are_listed_and_known_again()
    {
        await using var service = await Service.StartAsync();
        var imported = await Edition.PostAsync(service, Register.Of(s_rows[..3]), First);
        await Databases.RunAsync(service.ConnectionString, "delete from ledger.editions; delete from ledger.edition_lines");

        var listed = (await service.AskAsync("/v1/editions")).Items().Single();
        Assert.Equal((imported.Id, "done", 3, imported.State.Long("position")), (listed.Text("id"), listed.Text("state"), listed.Long("summary.rows"), listed.Long("position")));
        Assert.Empty((await service.AskAsync($"/v1/editions/{imported.Id}/lines")).Items());
        Assert.Equal((200, imported.Id), (await Edition.SendAsync(service.Reporter, Bytes(s_rows[..3]), First)) is var again ? (again.Status, again.Id) : default);
        Assert.Equal(409, (await Edition.SendAsync(service.Reporter, Bytes(s_rows[..4]), First)).Status);
        Assert.Equal(3, (await Edition.PostAsync(service, Register.Of(s_rows[..3]), Second)).Count("unchanged"));
    }

    [Fact]
    public async Task A_database_that_is_away_in_the_middle_is_no_failed_attempt()
    {
        OwnPostgres.OrSkip();
        var folder = Directory.CreateTempSubdirectory("ledger-faults-").FullName;
        EmbeddedPostgres.Scratch.Chmod("755", folder);
        await using var postgres = await OwnPostgres.StartAsync(folder, deleted: true);
        await using var service = await Service.StartOnAsync(postgres.ConnectionString);
        var edition = await Edition.SendAsync(service.Reporter, Bytes([.. Enumerable.Range(0, 6_000).Select(x => Register.Row(designation: $"Owl {x}"))]), First);
        await Edition.StateAsync(service.Reader, edition.Id, x => x.Text("state") == "running" && x.GetProperty("progress").ValueKind != System.Text.Json.JsonValueKind.Null);

        await postgres.KillAsync();
        // Longer than three attempts take.
        await Task.Delay(TimeSpan.FromSeconds(6), TestContext.Current.CancellationToken);
        await postgres.StartAsync();

        var ended = await Edition.EndAsync(service.Reader, edition.Id);
        Assert.Equal(("done", 12_000, 0), (ended.Word, ended.Count("created"), ended.Count("existing")));
    }

    private static byte[] Bytes(string[] rows) => Encoding.UTF8.GetBytes(Register.Of(rows));

    private static async Task UntilAsync(Func<Task<bool>> isIt)
    {
        for (var tries = 0; !await isIt(); tries++)
        {
            Assert.True(tries < 600, "It did not come so far within a minute.");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
