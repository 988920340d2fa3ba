using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Tests.Harness;
using Ledger.Web;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Tests.Host;

public partial class ApiDescriptionTests
{
    private static readonly Description s_description = Description.Served;

    [Fact]
    public async Task Every_route_is_described_and_everything_described_is_a_route()
    {
        await using var service = await Service.StartAsync();
        var mapped = from endpoint in service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                     where !endpoint.RoutePattern.RawText!.StartsWith("/docs", StringComparison.Ordinal)
                         && endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null
                     from method in endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods
                     select $"{method} {endpoint.RoutePattern.RawText} {endpoint.Metadata.GetRequiredMetadata<RequiresScope>().Scope ?? "open"}";
        Assert.Equal(mapped.Order(StringComparer.Ordinal),
            s_description.Operations.Select(x => $"{x.Method} {x.Path} {x.Scope ?? "open"}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_operation_has_a_name_of_its_own_a_summary_and_a_description()
    {
        Assert.Equal(s_description.Operations.Count, s_description.Operations.Select(x => x.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(s_description.Operations, x =>
        {
            Assert.NotEmpty(x.Json.GetProperty("summary").GetString()!);
            Assert.NotEmpty(x.Json.GetProperty("description").GetString()!);
            Assert.All(PathParameter().Matches(x.Path).Select(m => m.Groups[1].Value),
                name => Assert.Contains(s_description.ParametersOf(x), p => p.GetProperty("in").GetString() == "path" && p.GetProperty("name").GetString() == name));
        });
    }

    [Fact]
    public void Every_operation_shows_an_example_of_its_request_and_of_its_answer()
    {
        Assert.All(s_description.Operations, operation =>
        {
            Assert.All(s_description.ContentsOf(operation).Where(x => x.IsRequest || x.Status.StartsWith('2')), x => Assert.NotEmpty(s_description.ExamplesOf(x.Content)));
            Assert.True(operation.Method is not "POST" || operation.Id == "retryEdition" || operation.Json.TryGetProperty("requestBody", out _), $"{operation} describes no body.");
            Assert.Contains(s_description.ContentsOf(operation), x => x.Status.StartsWith('2') || operation.Json.GetProperty("responses").TryGetProperty("204", out _));
            Assert.All(s_description.ParametersOf(operation).Where(x => x.GetProperty("in").GetString() == "path"), x => Assert.True(x.TryGetProperty("example", out _)));
        });
    }

    [Fact]
    public void Every_example_is_an_instance_of_its_own_schema()
    {
        var checkedExamples = 0;
        foreach (var (operation, where, schema, value) in Examples())
        {
            Assert.True(s_description.Schemas.Faults(schema, value) is { Count: 0 },
                $"{operation}, {where}: {string.Join("; ", s_description.Schemas.Faults(schema, value))}");
            checkedExamples++;
        }

        Assert.True(checkedExamples > 150, $"Only {checkedExamples} examples were found.");
    }

    [Fact]
    public void The_members_of_each_kind_of_report_are_those_that_the_code_reads_and_stores()
    {
        string[] noneOfWithdrawals = ["deal", "lot", "quantity", "occurred", "role", "supersedes"];
        foreach (var (kind, (_, type)) in EventTypes.Reports)
        {
            var read = StrictJson.Requests.GetTypeInfo(type).Properties.Where(x => x.Get is not null).Select(x => x.Name)
                .Except(type.IsSubclassOf(typeof(Withdrawal)) ? noneOfWithdrawals : []);
            Assert.Equal(read.Order(StringComparer.Ordinal), Members($"{kind}Report"));
        }

        var stored = EventTypes.Reports.Values.SelectMany(x => StoredJson.Options.GetTypeInfo(x.Type).Properties.Where(p => p.Get is not null).Select(p => p.Name))
            .Concat(["eventId", "kind", "position", "recordedAt", "reporter"]).Distinct(StringComparer.Ordinal);
        Assert.Equal(stored.Order(StringComparer.Ordinal), Members("StoredReport"));
        Assert.Equal(Members("StoredReport")
            .Concat(["recipientName", "supplierName", "toName", "readAs", "understoodAs", "window", "reads", "effective", "setAside", "similar", "estimate"])
            .Order(StringComparer.Ordinal), Members("PostedReport"));
        Assert.Equal(Members("StoredReport")
            .Concat(["recipientName", "supplierName", "toName", "reportedDay", "window", "reads", "effective", "setAside", "setAsideBy", "clashes", "decides"])
            .Order(StringComparer.Ordinal), Members("Evidence"));
    }

    [Fact]
    public async Task The_query_parameters_are_those_that_each_call_takes()
    {
        await using var service = await Service.StartAsync();
        foreach (var operation in s_description.Operations.Where(x => x.Scope is not null))
        {
            using var client = service.Client(operation.Scope);
            using var request = new HttpRequestMessage(new HttpMethod(operation.Method), WithExamples(operation) + "?tpyo=1");
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            var answer = await Answered.OfAsync(response);
            Assert.True(answer.Status == 400, $"{operation}: {answer.Status} {answer.Body}");
            var taken = ItTakes().Match(answer.Json.GetProperty("detail").GetString()!) is { Success: true } list ? list.Groups[1].Value.Split(", ") : [];
            Assert.Equal(taken.Order(StringComparer.Ordinal), s_description.ParametersOf(operation)
                .Where(x => x.GetProperty("in").GetString() == "query").Select(x => x.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Every_example_of_a_request_is_accepted_and_then_every_question_has_an_answer()
    {
        await using var service = await Service.StartAsync();
        long position = 0;
        string? key = null;
        foreach (var (operation, content) in s_description.Operations.Where(x => x.Method == "POST" && x.Json.TryGetProperty("requestBody", out _))
            .SelectMany(x => x.Json.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(content => (x, content))))
        {
            var example = s_description.ExamplesOf(content.Value).Single();
            using var client = service.Client(operation.Scope);
            using var body = new StringContent(example.ValueKind == JsonValueKind.String ? example.GetString()! : example.GetRawText());
            body.Headers.ContentType = new MediaTypeHeaderValue(content.Name);
            using var request = new HttpRequestMessage(HttpMethod.Post, WithExamples(operation)) { Content = body };
            foreach (var header in s_description.ParametersOf(operation).Where(x => x.Text("in") == "header" && x.Text("name")!.StartsWith("ce-", StringComparison.Ordinal)))
            {
                request.Headers.Add(header.Text("name")!, header.Text("example"));
            }

            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            var answer = await Answered.OfAsync(response);
            // The second example of an edition is the first one, in an envelope.
            var expected = operation.Id switch { "importReports" => 200, "importEdition" => content.Name == "text/csv" ? 202 : 200, "withdrawEdition" => 202, _ => 201 };
            Assert.True(answer.Status == expected, $"{operation}: {answer.Status} {answer.Body}");
            position = answer.Headers.Contains("Ledger-Position") ? answer.Position : position;
            key = operation.Id == "createKey" ? answer.Json.GetProperty("id").GetString() : key;
        }

        foreach (var operation in s_description.Operations.Where(x => x.Method == "GET"))
        {
            using var client = service.Client(operation.Scope);
            client.DefaultRequestHeaders.Add("Ledger-Position", position.ToString(CultureInfo.InvariantCulture));
            client.DefaultRequestHeaders.Add("Prefer", "wait=60");
            Assert.Equal(200, (await Service.GetAsync(client, Asked(operation))).Status);
            if (operation.Json.GetProperty("responses").GetProperty("200").GetProperty("content").TryGetProperty("text/csv", out _))
            {
                client.DefaultRequestHeaders.Add("Accept", "text/csv");
                Assert.Equal("text/csv", (await Service.GetAsync(client, Asked(operation))).MediaType);
            }
        }

        using var revoked = await service.Admin.DeleteAsync($"/v1/keys/{key}", TestContext.Current.CancellationToken);
        Assert.Equal(204, (int)revoked.StatusCode);
    }

    [Fact]
    public async Task Every_problem_has_a_page_to_which_its_link_leads()
    {
        await using var service = await Service.StartAsync();
        using var anybody = service.Client(null);
        var index = await Service.GetAsync(anybody, "/problems");
        foreach (var kind in ProblemKinds.All)
        {
            var page = await Service.GetAsync(anybody, $"/problems/{kind.Slug}");
            Assert.Equal(200, page.Status);
            Assert.Contains(kind.Status.ToString(CultureInfo.InvariantCulture), page.Body, StringComparison.Ordinal);
            Assert.Contains($"/problems/{kind.Slug}", index.Body, StringComparison.Ordinal);
        }

        var refused = await Service.GetAsync(service.Reader, "/v1/countries/ZZZ/fleet");
        Assert.Equal(("urn:ledger:problem:not-found", "</problems/not-found>; rel=\"help\""), (refused.Json.Text("type"), refused.Headers.GetValues("Link").Single()));
    }

    [Fact]
    public async Task The_reference_is_served_whole_by_the_service_itself()
    {
        await using var service = await Service.StartAsync();
        using var anybody = service.Client(null);
        var page = await Service.GetAsync(anybody, "/docs");
        Assert.Equal((200, "text/html"), (page.Status, page.MediaType));
        Assert.DoesNotMatch(OutsideAddress(), page.Body);
        var sources = SourceOfScript().Matches(page.Body).Select(x => x.Groups[1].Value).ToList();
        Assert.NotEmpty(sources);
        Assert.Contains("Content-Security-Policy\" content=\"default-src 'self';", page.Body, StringComparison.Ordinal);
        foreach (var source in sources)
        {
            using var script = await anybody.GetAsync(new Uri(new Uri(service.Address, "/docs/"), source), TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)script.StatusCode);
            Assert.Contains("javascript", script.Content.Headers.ContentType!.MediaType, StringComparison.Ordinal);
        }
    }

    /// <summary>Every example with its schema; answers of lines give one for each line.</summary>
    private static IEnumerable<(Operation Operation, string Where, JsonElement Schema, JsonElement Value)> Examples()
    {
        foreach (var operation in s_description.Operations)
        {
            foreach (var parameter in s_description.ParametersOf(operation))
            {
                if (parameter.TryGetProperty("example", out var example))
                {
                    yield return (operation, parameter.GetProperty("name").GetString()!, parameter.GetProperty("schema"), example);
                }
            }

            foreach (var (isRequest, status, mediaType, content) in s_description.ContentsOf(operation))
            {
                foreach (var example in s_description.ExamplesOf(content))
                {
                    var where = isRequest ? $"request, {mediaType}" : $"{status}, {mediaType}";
                    yield return (operation, where, content.GetProperty("schema"), example);
                    foreach (var (schema, line) in LinesOf(mediaType, content, example))
                    {
                        yield return (operation, where, schema, JsonElement.Parse(line));
                    }
                }
            }
        }
    }

    /// <summary>What stands in the lines of a stream, with the schema that is named beside it.</summary>
    private static IEnumerable<(JsonElement Schema, string Line)> LinesOf(string mediaType, JsonElement content, JsonElement example) => mediaType switch
    {
        "application/x-ndjson" => example.GetString()!.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(x => (content.GetProperty("x-line-schema"), x)),
        "text/event-stream" => example.GetString()!.Split('\n').Where(x => x.StartsWith("data: ", StringComparison.Ordinal))
            .Select(x => (content.GetProperty("x-data-schema"), x[6..])),
        _ => [],
    };

    /// <summary>The path of an operation with the examples of its parameters.</summary>
    private static string WithExamples(Operation operation) => PathParameter().Replace(operation.Path, match => s_description.ParametersOf(operation)
        .Single(x => x.GetProperty("in").GetString() == "path" && x.GetProperty("name").GetString() == match.Groups[1].Value).GetProperty("example").ToString());

    /// <summary>The same, with the examples of the query parameters that it cannot do without.</summary>
    private static string Asked(Operation operation) => WithExamples(operation) + string.Concat(s_description.ParametersOf(operation)
        .Where(x => x.GetProperty("in").GetString() == "query" && x.TryGetProperty("required", out var required) && required.GetBoolean())
        .Select((x, i) => $"{(i == 0 ? '?' : '&')}{x.GetProperty("name").GetString()}={Uri.EscapeDataString(x.GetProperty("example").ToString())}"));

    private static IEnumerable<string> Members(string schema) =>
        s_description.Schemas.MembersOf(s_description.Component("schemas", schema)).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{([^}]+)\}")]
    private static partial Regex PathParameter();

    [GeneratedRegex(@"It takes (.+)\.$")]
    private static partial Regex ItTakes();

    [GeneratedRegex("<script[^>]*\\ssrc=\"([^\"]+)\"")]
    private static partial Regex SourceOfScript();

    [GeneratedRegex("(https?:)?//(?!127\\.0\\.0\\.1|localhost)[a-z0-9.-]+\\.[a-z]{2,}", RegexOptions.IgnoreCase)]
    private static partial Regex OutsideAddress();
}
