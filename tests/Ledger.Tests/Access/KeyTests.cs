using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Tests.Access;

public sealed class KeyTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    [Fact]
    public async Task A_key_is_made_shown_once_and_opens_what_it_was_made_for()
    {
        var made = await MakeAsync("""{"name":"analyst-1","scopes":["read","report"],"feeds":["urn:example:desk"],"expires":"2100-01-01T00:00:00+01:00"}""");

        Assert.Equal(201, made.Status);
        var secret = made.Json.GetProperty("secret").GetString()!;
        Assert.Matches("^ldg_[A-Za-z0-9_-]{43}$", secret);
        Assert.Equal("2099-12-31T23:00:00.000000Z", made.Json.GetProperty("expires").GetString());
        Assert.Equal($"/v1/keys/{made.Json.GetProperty("id").GetString()}", made.Headers.Location?.ToString());
        Assert.True(made.Headers.CacheControl?.NoStore);
        using var client = With(secret);
        Assert.Equal(200, (await Service.GetAsync(client, "/v1/countries")).Status);

        var list = await Service.GetAsync(_service.Admin, "/v1/keys");
        Assert.DoesNotContain(secret, list.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", list.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", list.Body, StringComparison.Ordinal);
        var listed = list.Json.GetProperty("items").EnumerateArray().Single(x => x.GetProperty("name").GetString() == "analyst-1");
        Assert.NotEqual(JsonValueKind.Null, listed.GetProperty("lastUsed").ValueKind);
        Assert.Equal(0, await _service.ScalarAsync<long>("select count(*) from ledger.api_keys k where k::text like '%' || $1 || '%'", secret));
    }

    [Fact]
    public async Task A_reporter_posts_to_its_own_feed_and_to_those_it_was_given()
    {
        var made = await MakeAsync("""{"name":"analyst-2","scopes":["report"],"feeds":["urn:example:desk"]}""");
        using var client = With(made.Json.GetProperty("secret").GetString()!);
        foreach (var (feed, status) in new[] { ("urn:ledger:analyst-2", 201), ("urn:example:desk", 201), ("urn:example:desk2", 403), ("urn:ledger:analyst-1", 403), ("urn:Example:desk", 403) })
        {
            var answer = await Service.PostAsync(client, "/v1/deliveries", ReportBodies.Put(ReportBodies.Delivery("feeds"), $$"""{"feed":"{{feed}}"}""").ToJsonString());
            Assert.True(status == answer.Status, $"{feed}: {answer.Body}");
            Assert.Equal(status == 403 ? [("/feed", "feed")] : [], status == 403 ? answer.Errors : []);
        }

        var own = await Service.PostAsync(client, "/v1/deliveries", ReportBodies.Delivery("own-feed").ToJsonString());
        Assert.Equal("urn:ledger:analyst-2", own.Json.GetProperty("feed").GetString());
        Assert.Equal("analyst-2", own.Json.GetProperty("reporter").GetString());
    }

    [Fact]
    public async Task An_administrator_cannot_post_reports_nor_read_them()
    {
        Assert.Equal(403, (await Service.PostAsync(_service.Admin, "/v1/deliveries", ReportBodies.Delivery("by-admin").ToJsonString())).Status);
        Assert.Equal(403, (await Service.GetAsync(_service.Admin, "/v1/countries")).Status);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_and_for_good()
    {
        var made = await MakeAsync("""{"name":"analyst-3","scopes":["read"]}""");
        using var client = With(made.Json.GetProperty("secret").GetString()!);
        Assert.Equal(200, (await Service.GetAsync(client, "/v1/countries")).Status);

        for (var time = 0; time < 2; time++)
        {
            using var revoked = await _service.Admin.DeleteAsync(made.Headers.Location, TestContext.Current.CancellationToken);
            Assert.Equal(204, (int)revoked.StatusCode);
            Assert.Equal(401, (await Service.GetAsync(client, "/v1/countries")).Status);
        }

        using var unknown = await _service.Admin.DeleteAsync("/v1/keys/0000000000000000", TestContext.Current.CancellationToken);
        Assert.Equal(404, (int)unknown.StatusCode);
    }

    [Fact]
    public async Task A_key_revoked_on_one_node_is_refused_on_every_other_as_soon_as_the_notification_has_come()
    {
        await using var one = await Service.StartAsync(null, "--Ledger:Nodes", "several");
        await using var two = await Service.StartOnAsync(one.ConnectionString, null, "--Ledger:Nodes", "several");
        for (var round = 0; round < 10; round++)
        {
            var made = await Service.PostAsync(two.Admin, "/v1/keys", """{"name":"wanderer","scopes":["read"]}""");
            using var client = one.Client(null);
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Json.GetProperty("secret").GetString());
            Assert.Equal(200, (await Service.GetAsync(client, "/v1/countries")).Status);

            using var revoked = await two.Admin.DeleteAsync(made.Headers.Location, TestContext.Current.CancellationToken);

            for (var asked = 0; (await Service.GetAsync(client, "/v1/countries")).Status != 401; asked++)
            {
                Assert.True(asked < 500, "A revoked key opens on.");
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task Two_keys_of_one_name_post_as_one_reporter_so_that_a_key_can_be_changed_without_a_gap()
    {
        var old = await MakeAsync("""{"name":"desk-7","scopes":["report"]}""");
        var next = await MakeAsync("""{"name":"desk-7","scopes":["report"]}""");
        using var before = With(old.Json.GetProperty("secret").GetString()!);
        using var after = With(next.Json.GetProperty("secret").GetString()!);
        var posted = await Service.PostAsync(before, "/v1/deliveries", ReportBodies.Delivery("rotated").ToJsonString());
        using var revoked = await _service.Admin.DeleteAsync(old.Headers.Location, TestContext.Current.CancellationToken);

        var again = await Service.PostAsync(after, "/v1/deliveries", ReportBodies.Delivery("rotated").ToJsonString());

        Assert.Equal((201, 200), (posted.Status, again.Status));
        Assert.Equal(posted.Position, again.Position);
        Assert.Equal(401, (await Service.PostAsync(before, "/v1/deliveries", ReportBodies.Delivery("rotated").ToJsonString())).Status);
    }

    [Fact]
    public async Task Keys_that_open_nothing_are_limited_and_keep_nobody_else_out()
    {
        await using var service = await Service.StartAsync(null, "--Ledger:FailedAttemptsPerMinute", "5");
        using var guesser = service.Client(null);
        var statuses = new List<int>();
        for (var guess = 0; guess < 8; guess++)
        {
            guesser.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"ldg_{new string((char)('a' + guess), 43)}");
            statuses.Add((await Service.GetAsync(guesser, "/v1/countries")).Status);
        }

        Assert.Equal([401, 401, 401, 401, 401, 429, 429, 429], statuses);
        Assert.Equal(200, (await Service.GetAsync(service.Reader, "/v1/countries")).Status);
    }

    [Fact]
    public async Task An_expired_key_is_refused_at_once()
    {
        await using var service = await Service.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(new Ahead()));
        var clock = (Ahead)service.Services.GetRequiredService<TimeProvider>();
        var expires = clock.GetUtcNow().AddMinutes(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var made = await Service.PostAsync(service.Admin, "/v1/keys", $$"""{"name":"brief","scopes":["read"],"expires":"{{expires}}"}""");
        using var client = service.Client(null);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made.Json.GetProperty("secret").GetString());
        Assert.Equal(200, (await Service.GetAsync(client, "/v1/countries")).Status);

        clock.By = TimeSpan.FromMinutes(1);

        Assert.Equal(401, (await Service.GetAsync(client, "/v1/countries")).Status);
    }

    [Theory]
    [InlineData("""{}""", "/name required; /scopes required")]
    [InlineData("""{"name":"","scopes":[]}""", "/name name; /scopes count")]
    [InlineData("""{"name":"ledger","scopes":["read"]}""", "/name reserved")]
    [InlineData("""{"name":"Two Words","scopes":["write"]}""", "/name name; /scopes/0 vocabulary")]
    [InlineData("""{"name":"n\n","scopes":["read","read"]}""", "/name name; /scopes count")]
    [InlineData("""{"name":"n","scopes":[null]}""", "/scopes/0 required")]
    [InlineData("""{"name":"n","scopes":["report"],"feeds":[null,"here","/tmp","*"]}""", "/feeds/0 required; /feeds/1 uri; /feeds/2 uri")]
    [InlineData("""{"name":"n","scopes":["read"],"expires":"2020-01-01T00:00:00Z"}""", "/expires expires")]
    [InlineData("""{"name":"n","scopes":["read"],"expires":"2100-01-01"}""", "/expires expires")]
    [InlineData("""{"name":"n","scopes":["read"],"expires":"2100-01-01T00:00:00"}""", "/expires expires")]
    [InlineData("""{"name":"n","scopes":["read"],"expires":""}""", "/expires expires")]
    public async Task A_key_that_makes_no_sense_is_refused(string body, string broken)
    {
        var answer = await MakeAsync(body);

        Assert.Equal(422, answer.Status);
        Assert.Equal(broken, string.Join("; ", answer.Errors.Select(x => $"{x.Pointer} {x.Code}")));
    }

    private Task<Answered> MakeAsync(string body) => Service.PostAsync(_service.Admin, "/v1/keys", body);

    private HttpClient With(string secret)
    {
        var client = _service.Client(null);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return client;
    }

    /// <summary>The system's clock, moved on.</summary>
    private sealed class Ahead : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow()
        {
            var now = System.GetUtcNow() + By;
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        }
    }
}
