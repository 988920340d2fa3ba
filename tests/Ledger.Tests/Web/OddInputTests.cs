using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Web;

/// <summary>What random input has found once, each as a case of its own.</summary>
public class OddInputTests
{
    private const string Good = """{"id":"a","recipient":"KGZ","platform":"Anka","source":{"publisher":"A paper"}}""";

    [Theory]
    [InlineData("""{"recipient":"KGZ","platform":"Anka","source":{"publisher":"\ud800"}}""")]
    [InlineData("""{"recipient":"KGZ","platform":"Anka","source":{"publisher":"A"},"note":"\udc00\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"a":1,"\ud800":1}""")]
    public async Task Half_of_a_surrogate_pair_is_refused_as_no_text(string body)
    {
        await using var service = await Service.StartAsync();
        var answer = await Service.PostAsync(service.Reporter, "/v1/deliveries", body);
        Assert.Equal(400, answer.Status);
        Assert.Equal("notText", answer.Errors.Single().Code);
        foreach (var (client, path) in new[] { (service.Admin, "/v1/platforms"), (service.Admin, "/v1/keys"), (service.Admin, "/v1/platforms/anka/aliases") })
        {
            Assert.Equal(400, (await Service.PostAsync(client, path, body)).Status);
        }
    }

    [Fact]
    public async Task A_line_of_an_import_that_is_no_text_does_not_cut_the_others()
    {
        await using var service = await Service.StartAsync();
        string[] odd =
        [
            "{\"kind\":\"\\ud800\"}", "{\"kind\":\"delivery\",\"note\":\"\\ud800\"}", "{\"kind\":\"delivery\",\"\\ud800\":1}",
            "{\"kind\":1}", "{", "[]", "{\"kind\":\"delivery\",\"note\":\"ÿ\"}",
        ];
        var lines = odd.Append("{\"kind\":\"delivery\"," + Good[1..]).Select(x => Encoding.Latin1.GetBytes(x + "\n")).SelectMany(x => x).ToArray();
        using var body = new ByteArrayContent(lines);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var response = await service.Reporter.PostAsync("/v1/imports", body, TestContext.Current.CancellationToken);
        var answers = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(odd.Select(_ => 400).Append(201), answers[..^1].Select(x => JsonElement.Parse(x).GetProperty("status").GetInt32()));
        Assert.Equal(odd.Length, JsonElement.Parse(answers[^1]).GetProperty("refused").GetInt32());
    }

    [Theory]
    [InlineData("/v1/flows?from=2020%00", "?from")]
    [InlineData("/v1/countries?knownAt=@1%00", "?knownAt")]
    [InlineData("/v1/countries?knownAt=2026-11-25T09:44:34.Z", "?knownAt")]
    [InlineData("/v1/countries?knownAt=2026-11-25T09:44:34.%2B00:00", "?knownAt")]
    [InlineData("/v1/events/live?after=abc", "?after")]
    public async Task What_the_runtime_reads_though_it_is_no_number_and_no_time_is_refused(string path, string named)
    {
        await using var service = await Service.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Last-Event-ID", "1");
        using var response = await service.Reader.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = await Answered.OfAsync(response);
        Assert.Equal((400, named), (answer.Status, answer.Errors.Single().Pointer));
    }

    [Fact]
    public async Task A_key_with_a_letter_that_no_key_has_is_refused_with_a_problem()
    {
        await using var service = await Service.StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }) { BaseAddress = service.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/countries");
        Assert.True(request.Headers.TryAddWithoutValidation("Authorization", "Bearer ldg_é"));
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = await Answered.OfAsync(response);
        Assert.Equal(401, answer.Status);
        Assert.EndsWith("urn:ledger:problem:unauthenticated", answer.Json.Text("type"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_with_a_slash_works_in_an_address()
    {
        await using var service = await Service.StartAsync();
        var posted = await ReportBuilder.Report("KGZ", "F/A-18C Hornet", 3).PostAsync(service);
        foreach (var path in new[] { "/v1/countries/KGZ/fleet/F%2FA-18C%20Hornet", "/v1/platforms/f%2fa-18c-hornet" })
        {
            await service.AskAsync(path, posted.Position);
        }
    }

    [Fact]
    public async Task A_body_that_is_nested_too_deep_is_told_so()
    {
        await using var service = await Service.StartAsync();
        var answer = await Service.PostAsync(service.Reporter, "/v1/deliveries", new string('[', 40) + new string(']', 40));
        Assert.Equal((400, "tooDeep"), (answer.Status, answer.Errors.Single().Code));
    }

    [Theory]
    [InlineData("Ledger:FailedAttemptsPerMinute", "0")]
    [InlineData("Ledger:RequestsPerSecond", "-1")]
    [InlineData("Ledger:RequestsPerSecond", "many")]
    [InlineData("Ledger:AnonymousRead", "ja")]
    [InlineData("Ledger:AllowedOrigins", "https://example.org")]
    [InlineData("Ledger:AllowedOrigins:0", "nonsense")]
    [InlineData("Ledger:AllowedOrigins:0", "https://example.org/path")]
    [InlineData("Ledger:Nodes", "severel")]
    public async Task A_setting_that_cannot_be_meant_stops_the_service_before_it_listens(string name, string value)
    {
        var (exitCode, said) = await RunningProgram.CommandAsync("serve", "--ConnectionStrings:Ledger", "Host=/nowhere;Username=x;Database=x", $"--{name}", value);
        Assert.Equal(1, exitCode);
        Assert.Contains(name, said, StringComparison.Ordinal);
        Assert.Single(said.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("Host=127.0.0.1;Port=1;Username=x;Database=x", "at 127.0.0.1:1 (database x, user x) cannot be used")]
    [InlineData("Passfile=/nowhere/pgpass;Host=127.0.0.1;Port=1;Username=x;Database=x", "")]
    public async Task A_database_that_cannot_be_had_is_one_line_and_no_secret(string connection, string says)
    {
        var (exitCode, said) = await RunningProgram.CommandAsync("serve", "--ConnectionStrings:Ledger", connection + ";Password=hunter2");
        Assert.Equal(1, exitCode);
        Assert.Contains(says, said, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", said, StringComparison.Ordinal);
        Assert.Single(said.Trim().Split('\n'));
    }

    [Fact]
    public async Task PostgreSQL_that_refuses_is_one_line()
    {
        var refused = new Npgsql.NpgsqlConnectionStringBuilder(await Databases.MakeAsync()) { Database = "nosuch" };
        var (exitCode, said) = await RunningProgram.CommandAsync("serve", "--ConnectionStrings:Ledger", refused.ConnectionString);
        Assert.Equal(1, exitCode);
        Assert.Contains("refuses: database \"nosuch\" does not exist (3D000)", said, StringComparison.Ordinal);
        Assert.Single(said.Trim().Split('\n'));
        Assert.Contains("does not answer", (await RunningProgram.CommandAsync("import", Environment.ProcessPath!, "--to", "http://127.0.0.1:1", "--key", "x")).Said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/platforms", """{"platform":"p","name":"P","category":"uav","class":"durable","use":"civil","aliases":[null]}""", "/aliases/0")]
    [InlineData("/v1/keys", """{"name":"a","scopes":["report"],"feeds":[null]}""", "/feeds/0")]
    [InlineData("/v1/keys", """{"name":"a","scopes":[null]}""", "/scopes/0")]
    public async Task Nothing_in_a_list_is_no_item_of_it(string path, string body, string at)
    {
        await using var service = await Service.StartAsync();
        var answer = await Service.PostAsync(service.Admin, path, body);
        Assert.Equal((422, (at, "required")), (answer.Status, answer.Errors.Single()));
    }

    [Theory]
    [InlineData("recipient", "x-unknown\n", "country")]
    [InlineData("supplier", "x-a\n", "country")]
    [InlineData("feed", "/a/path", "uri")]
    public async Task A_code_or_feed_with_more_around_it_is_none(string member, string value, string code)
    {
        await using var service = await Service.StartAsync();
        var body = System.Text.Json.Nodes.JsonNode.Parse(Good)!;
        body[member] = value;
        var answer = await Service.PostAsync(service.Reporter, "/v1/deliveries", body.ToJsonString());
        Assert.Equal((422, ("/" + member, code)), (answer.Status, answer.Errors.Single()));
    }

    [Theory]
    [InlineData("/v1/reports", "no position")]
    [InlineData("/v1/reports", "99999999999999999999")]
    [InlineData("/v1/countries", "a\0b")]
    [InlineData("/v1/platforms", "a\0b")]
    public async Task A_cursor_that_no_answer_gave_out_is_refused(string list, string last)
    {
        await using var service = await Service.StartAsync();
        for (var i = 1; i <= 2; i++)
        {
            var posted = await service.ReportAsync("deliveries", Good.Replace("\"a\"", $"\"{i}\"", StringComparison.Ordinal).Replace("KGZ", i == 1 ? "KGZ" : "KAZ", StringComparison.Ordinal));
            await service.AskAsync("/v1/countries", posted.Position);
        }

        var next = (await service.AskAsync($"{list}?limit=1")).GetProperty("next").GetString()!;
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(next)).Split('\n');
        parts[^1] = last;
        var forged = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
        var answer = await Service.GetAsync(service.Reader, $"{list}?limit=1&cursor={forged}");
        Assert.Equal((400, "?cursor"), (answer.Status, answer.Errors.Single().Pointer));
    }

    [Fact]
    public async Task Aliases_that_many_add_at_once_are_all_added()
    {
        await using var service = await Service.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Service.PostAsync(service.Admin, "/v1/platforms/anka/aliases",
            string.Create(CultureInfo.InvariantCulture, $$"""{"alias":"Name {{i}}"}"""))));
        Assert.All(answers, x => Assert.Equal(201, x.Status));
    }
}
