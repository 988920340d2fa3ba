using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Tests.Harness;
using Ledger.Tests.Host;

namespace Ledger.Tests.Reports;

/// <summary>JSON as other programs write it: numbers with a point, members that are null, a byte order mark, and what is not JSON.</summary>
public sealed class JsonDoorTests(OneService one) : IClassFixture<OneService>
{
    private static readonly UTF8Encoding Mark = new(encoderShouldEmitUTF8Identifier: true);

    private readonly Service _service = one.Service;

    private async Task<Answered> PostAsync(byte[] body, string path = "/v1/deliveries", string mediaType = "application/json")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        using var response = await _service.Reporter.PostAsync(path, content, TestContext.Current.CancellationToken);
        return await Answered.OfAsync(response);
    }

    private Task<Answered> PostAsync(string body, string path = "/v1/deliveries") => PostAsync(Encoding.UTF8.GetBytes(body), path);

    private static JsonElement FirstError(Answered answer) => answer.Json.Items("errors").Single();

    /// <summary>pandas 2 writes the whole numbers of a column in which one is missing as 6.0 (F9 of the field's files).</summary>
    [Theory]
    [InlineData("6.0")]
    [InlineData("6e0")]
    [InlineData("60e-1")]
    [InlineData("0.6E+1")]
    public async Task A_whole_number_is_the_integer_however_it_is_written(string written)
    {
        string Body(string n, string id) => $$$"""{{{{id}}}"recipient":"FJI","platform":"Whole","quantity":{"n":{{{n}}}},"source":{"publisher":"P"},"note":"{{{written}}}"}""";
        foreach (var id in (string[])["", $"\"id\":\"whole-{written}\","])
        {
            var first = await PostAsync(Body(written, id));
            Assert.True(first.Status == 201, first.Body);
            Assert.Equal("6", first.Json.At("quantity.n").GetRawText());

            var again = await PostAsync(Body("6", id));

            Assert.True(again.Status == 200, again.Body);
            Assert.Equal((first.Json.Text("eventId"), first.Json.Text("digest")), (again.Json.Text("eventId"), again.Json.Text("digest")));
        }

        var posted = await PostAsync(Body("6", ""));
        Assert.Equal(ReportBodies.Sha256($$$"""{"note":"{{{written}}}","platform":"Whole","quantity":{"n":6},"recipient":"FJI","source":{"publisher":"P"}}"""), posted.Json.Text("id"));
    }

    [Theory]
    [InlineData("deliveries", """ "quantity":{"low":2.0,"best":3e0,"high":40e-1} """, """ "quantity":{"low":2,"best":3,"high":4} """)]
    [InlineData("milestones", """ "milestone":"rateDeclared","rate":{"n":3e1,"per":"year"} """, """ "milestone":"rateDeclared","rate":{"n":30,"per":"year"} """)]
    public async Task Wherever_a_whole_number_is_asked_it_may_be_written_so(string path, string written, string plain)
    {
        string Body(string members) => $$$"""{"id":"numbers-{{{path}}}","recipient":"FJI","platform":"Whole","source":{"publisher":"P"},{{{members}}}}""";
        Assert.Equal(201, (await PostAsync(Body(written), $"/v1/{path}")).Status);
        Assert.Equal(200, (await PostAsync(Body(plain), $"/v1/{path}")).Status);
    }

    [Theory]
    [InlineData("6.5", "6.5 has a fraction")]
    [InlineData("1e-3", "1e-3 has a fraction")]
    [InlineData("1e30", "1e30 is beyond")]
    [InlineData("-1e99999", "-1e99999 is beyond")]
    [InlineData("99999999999999999999", "99999999999999999999 is beyond")]
    public async Task A_number_that_is_not_whole_or_too_large_is_told_so(string written, string says)
    {
        var answer = await PostAsync($$$"""{"recipient":"FJI","platform":"Whole","quantity":{"n":{{{written}}}},"source":{"publisher":"P"}}""");

        Assert.Equal(400, answer.Status);
        Assert.Equal(("/quantity/n", "wrongType"), answer.Errors.Single());
        Assert.Contains(says, FirstError(answer).Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_is_null_says_the_same_as_one_that_is_absent()
    {
        foreach (var id in (string[])["", "\"id\":\"nulls\","])
        {
            var least = $$$"""{{{{id}}}"recipient":"FJI","platform":"Nulls","quantity":{"n":6},"source":{"publisher":"P"}}""";
            var nulls = $$$"""{{{{id}}}"recipient":"FJI","platform":"Nulls","supplier":null,"feed":null,"kind":null,"quantity":{"n":6.0,"low":null},"source":{"publisher":"P","url":null}}""";
            var first = await PostAsync(nulls);
            Assert.True(first.Status == 201, first.Body);
            var again = await PostAsync(least);
            Assert.True(again.Status == 200, again.Body);
            ReportBodies.Same(first.Json, again.Json);
            var stored = await _service.ScalarAsync<string>("select data::text from ledger.mt_events where id = $1", first.Json.GetProperty("eventId").GetGuid());
            Assert.DoesNotContain(": null", stored, StringComparison.Ordinal);
            if (id.Length == 0)
            {
                Assert.Equal(ReportBodies.Sha256("""{"platform":"Nulls","quantity":{"n":6},"recipient":"FJI","source":{"publisher":"P"}}"""), first.Json.Text("id"));
            }
        }

        var line = """{"kind":"delivery","id":null,"recipient":"FJI","platform":"Nulls","grade":null,"quantity":{"n":60e-1},"source":{"publisher":"P"}}""";
        Assert.Equal([200], (await Import.PostAsync(_service.Reporter, line)).Statuses);
        Assert.Equal([("/kind", "required")], Errors((await Import.PostAsync(_service.Reporter, """{"kind":null}""")).Lines.Single()));
    }

    private static IEnumerable<(string?, string?)> Errors(JsonElement line) => line.GetProperty("problem").Items("errors").Select(x => (x.Text("pointer"), x.Text("code")));

    [Theory]
    [InlineData("\\ufffe")]
    [InlineData("\\uFFFF")]
    [InlineData("\\ud83f\\udffe")]
    [InlineData("\\udbff\\udfff")]
    [InlineData("\\ufdd0")]
    [InlineData("\\uFDEF")]
    [InlineData("\ufffe")]
    [InlineData("\uffff")]
    [InlineData("\ud83f\udfff")]
    [InlineData("\ufdd0")]
    public async Task A_noncharacter_is_refused_in_any_text_and_any_name_at_any_depth(string odd)
    {
        foreach (var (body, at) in new[]
        {
            ($$"""{"recipient":"FJI","note":"a{{odd}}b"}""", "/note"), ($$$"""{"source":{"publisher":"{{{odd}}}"}}""", "/source/publisher"), ($$"""{"supersedes":["a","{{odd}}"]}""", "/supersedes/1"),
            ($$"""{"{{odd}}":1}""", ""), ($$$"""{"quantity":{"n":1,"x{{{odd}}}":1}}""", "/quantity"), ($$"""{"unknown":[{"deep":[1,2,"{{odd}}"]}]}""", "/unknown/0/deep/2"),
        })
        {
            var answer = await PostAsync(body);

            Assert.Equal(400, answer.Status);
            Assert.Equal((at, "notText"), answer.Errors.Single());
            Assert.Contains("I-JSON", answer.Json.Text("detail"), StringComparison.Ordinal);
        }

        var said = $$$"""{"specversion":"1.0","type":"ledger.delivery.v1","source":"urn:x:y","id":"i","subject":"{{{odd}}}","data":{}}""";
        Assert.Equal(("/subject", "notText"), (await PostAsync(Encoding.UTF8.GetBytes(said), "/v1/events", "application/cloudevents+json")).Errors.Single());
        Assert.Equal(("/0/subject", "notText"), (await PostAsync(Encoding.UTF8.GetBytes($"[{said}]"), "/v1/events", "application/cloudevents-batch+json")).Errors.Single());
        Assert.Equal([("/note", "notText")], Errors((await Import.PostAsync(_service.Reporter, $$"""{"kind":"delivery","note":"{{odd}}"}""")).Lines.Single()));
    }

    [Fact]
    public async Task What_is_next_to_a_noncharacter_is_a_character()
    {
        var answer = await PostAsync("""{"id":"characters","recipient":"FJI","platform":"P","source":{"publisher":"\ufdcf\ufdf0\ufffd ﷺ ！ 𐀀 \ud83f\udffd"}}""");
        Assert.True(answer.Status == 201, answer.Body);
    }

    [Fact]
    public async Task A_byte_order_mark_before_any_body_is_skipped()
    {
        Assert.Equal(201, (await PostAsync(CaseFiles.Bytes("json_bom.json"))).Status);
        var least = """{"id":"marked","feed":"urn:example:marked","recipient":"FJI","platform":"P","source":{"publisher":"P"}}""";
        var said = """{"specversion":"1.0","type":"ledger.delivery.v1","source":"urn:example:marked","id":"marked","data":{"recipient":"FJI","platform":"P","source":{"publisher":"P"}}}""";
        byte[] Marked(string text) => [.. Mark.GetPreamble(), .. Mark.GetBytes(text)];
        Assert.Equal(201, (await PostAsync(Marked(least))).Status);
        Assert.Equal(200, (await PostAsync(Marked(said), "/v1/events", "application/cloudevents+json")).Status);
        Assert.Equal(200, (await PostAsync(Marked($"[{said}]"), "/v1/events", "application/cloudevents-batch+json")).Status);
        Assert.Equal([200], (await Import.PostAsync(_service.Reporter, Marked("{\"kind\":\"delivery\"," + least[1..]))).Statuses);
        using var key = new ByteArrayContent(Marked("""{"name":"marked","scopes":["read"]}"""));
        key.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var made = await _service.Admin.PostAsync("/v1/keys", key, TestContext.Current.CancellationToken);
        Assert.Equal(201, (int)made.StatusCode);
        Assert.Contains("UTF-16", (await PostAsync(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(least)).ToArray())).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"recipient":"KGZ","recipient":"KAZ"}""", "/recipient")]
    [InlineData("""{"recipient":"KGZ","\u0072ecipient":"KAZ"}""", "/recipient")]
    [InlineData("""{"quantity":{"n":1,"n":2}}""", "/quantity/n")]
    [InlineData("""{"a":[{"b":1},{"b":1,"c~/":2,"c~/":2}]}""", "/a/1/c~0~1")]
    public async Task A_member_that_stands_twice_is_pointed_at(string body, string at)
    {
        Assert.Equal((at, "duplicateMember"), (await PostAsync(body)).Errors.Single());
        Assert.Equal([(at, "duplicateMember")], Errors((await Import.PostAsync(_service.Reporter, body)).Lines.Single()));
        var said = $$$"""[{"id":"x"},{"data":{{{body}}}}]""";
        Assert.Equal(($"/1/data{at}", "duplicateMember"), (await PostAsync(Encoding.UTF8.GetBytes(said), "/v1/events", "application/cloudevents-batch+json")).Errors.Single());
    }

    [Theory]
    [InlineData("", "nothing was sent")]
    [InlineData("{\"n\": NaN}", "null, or left out")]
    [InlineData("{\"n\": -Infinity}", "null, or left out")]
    [InlineData("{\"n\": None}", "null, or left out")]
    [InlineData("{\"n\": True}", "no capitals")]
    [InlineData("{'n': 1}", "double quotation marks")]
    [InlineData("{\"a\":1}{\"a\":2}", "Something follows the JSON value, at line 1, byte 8")]
    [InlineData("{\"a\":1},{\"a\":2}", "Something follows")]
    [InlineData("{\n\"a\":1,\n}", "Not JSON, at line 3, byte 1")]
    public async Task What_is_not_JSON_is_told_where_and_where_it_can_be_what_to_write(string body, string says) =>
        Assert.Contains(says, (await PostAsync(body)).Json.Text("detail"), StringComparison.Ordinal);

    [Fact]
    public async Task A_line_of_an_import_speaks_of_places_in_the_line_and_of_no_line_of_its_own()
    {
        foreach (var odd in (string[])["{", "{\"a\":tru}", "[1]", "{\"a\":{\"b\":1}} {}", new string('[', 40)])
        {
            var line = (await Import.PostAsync(_service.Reporter, "{}\n" + odd)).Lines[1];
            Assert.Equal((2, 400), (line.Long("line"), line.Long("status")));
            Assert.DoesNotContain("line 1", line.GetRawText(), StringComparison.Ordinal);
        }

        var concatenated = (await Import.PostAsync(_service.Reporter, CaseFiles.Bytes("ndjson_concatenated.ndjson"))).Lines.Single();
        Assert.Equal("Something follows the JSON value, at byte 122 of the line: one report a line.", concatenated.Text("problem.detail"));
    }

    [Fact]
    public async Task Files_of_the_field_are_read_as_they_are_meant()
    {
        var blank = await Import.PostAsync(_service.Reporter, CaseFiles.Bytes("ndjson_bom_crlf_blank.ndjson"));
        Assert.Equal([201, 201, 201], blank.Statuses);
        Assert.Equal([1, 4, 6], blank.Lines.Select(x => x.Long("line")));
        Assert.Equal(3, blank.Count("lines"));
        Assert.Equal([201], (await Import.PostAsync(_service.Reporter, CaseFiles.Bytes("pandas_float_count.ndjson"))).Statuses);
    }

    /// <summary>Every member of every described body, each type that it is not: the answer says which type is asked and which came.</summary>
    [Fact]
    public async Task A_value_of_a_wrong_type_is_told_which_type_is_asked_and_which_came()
    {
        var came = new Dictionary<string, (JsonNode? Value, string Words)>
        {
            ["string"] = ("six", "text"), ["number"] = (6.5, "number"), ["boolean"] = (true, "true"), ["array"] = (new JsonArray(), "list"), ["object"] = (new JsonObject(), "object"),
        };
        var members = 0;
        foreach (var (operation, steps, type) in DescribedMembers())
        {
            using var client = _service.Client(operation.Scope);
            foreach (var (kind, (value, words)) in came.Where(x => x.Key != (type == "integer" ? "" : type)))
            {
                var sent = Nested(steps, value?.DeepClone());
                var answer = await Service.PostAsync(client, operation.Path.Replace("{slug}", "x", StringComparison.Ordinal), sent);
                Assert.True(answer.Status == 400 && answer.Errors.Single() == (Pointer(steps), "wrongType"), $"{operation} {sent}: {answer}");
                var detail = answer.Json.Text("detail")!;
                var asked = type switch { "string" => "text", "integer" => "whole number", "boolean" => "true or false", "array" => "list", _ => "object" };
                Assert.True(detail.Contains(asked, StringComparison.OrdinalIgnoreCase), $"{sent}: {detail}");
                var saysWhat = type == "integer" && kind == "number" ? "6.5 has a fraction" : words;
                Assert.True(detail.Contains(saysWhat, StringComparison.Ordinal), $"{sent}: {detail}");
                members++;
            }
        }

        Assert.True(members > 400, members.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Null says the same as absent; an item of a list cannot be absent, so it is a wrong type or breaks a rule, and is pointed
    /// at.</summary>
    [Fact]
    public async Task A_null_is_never_a_fault_of_the_service_and_as_an_item_of_a_list_it_is_pointed_at()
    {
        var items = new List<string>();
        foreach (var (operation, steps, _) in DescribedMembers())
        {
            using var client = _service.Client(operation.Scope);
            var nothing = Nested(steps, null);
            foreach (var list in (string[])["[null]", "[null,2,3]", "[null,\"a\"]"])
            {
                var sent = nothing.Replace("[null]", list, StringComparison.Ordinal);
                var answer = await Service.PostAsync(client, operation.Path.Replace("{slug}", "x", StringComparison.Ordinal), sent);
                Assert.True(answer.Status is 400 or 422, $"{operation} {sent}: {answer}");
                if (steps[^1] == "0")
                {
                    Assert.True(sent.Contains(',', StringComparison.Ordinal) || answer.Errors.Any(x => x.Pointer == Pointer(steps)), $"{operation} {sent}: {answer}");
                    items.Add(Pointer(steps));
                }
            }
        }

        Assert.Superset(new HashSet<string> { "/itemsPerSystem/0", "/aliases/0", "/supersedes/0", "/scopes/0", "/feeds/0" }, items.ToHashSet());
        var least = """{"platform":"nulls","name":"Nulls","category":"uav","class":"durable","use":"military","itemsPerSystem":[1,null,3]}""";
        var answered = await Service.PostAsync(_service.Admin, "/v1/platforms", least);
        Assert.Equal((400, ("/itemsPerSystem/1", "wrongType")), (answered.Status, answered.Errors.Single()));
        Assert.Equal("A whole number, not null.", answered.Json.Text("detail"));
    }

    private static IEnumerable<(Operation Operation, string[] Steps, string Type)> DescribedMembers() =>
        from operation in Description.Served.Operations
        where operation.Method == "POST" && operation.Id is not ("postEvents" or "importEdition") && operation.Json.TryGetProperty("requestBody", out _)
        let content = operation.Json.GetProperty("requestBody").GetProperty("content")
        where content.TryGetProperty("application/json", out _)
        from member in Members(content.GetProperty("application/json").GetProperty("schema"), [])
        select (operation, member.Steps, member.Type);

    private static string Pointer(string[] steps) => string.Concat(steps.Select(x => $"/{x}"));

    [Theory]
    [InlineData("contracts", """{"value":{"amount":1.10}}""", "\"1.10\"")]
    [InlineData("contracts", """{"value":{"amount":12500000}}""", "\"12500000\"")]
    [InlineData("deliveries", """{"quantity":{"n":"6"}}""", "write 6 without quotation marks")]
    [InlineData("deliveries", """{"id":7}""", "write \"7\"")]
    [InlineData("losses", """{"total":"true"}""", "without quotation marks, not a text")]
    [InlineData("deliveries", """{"quantity":6}""", "An object with members such as qualifier, n")]
    public async Task What_to_write_is_told(string path, string body, string says) =>
        Assert.Contains(says, (await PostAsync(body, $"/v1/{path}")).Json.Text("detail"), StringComparison.Ordinal);

    [Fact]
    public async Task A_declared_rate_is_declared()
    {
        var answer = await PostAsync("""{"milestone":"rateDeclared","recipient":"FJI","platform":"P","source":{"publisher":"P"}}""", "/v1/milestones");
        Assert.Equal(422, answer.Status);
        Assert.Equal(("/rate", "required"), answer.Errors.Single());
        Assert.Equal(201, (await PostAsync("""{"milestone":"halted","recipient":"FJI","platform":"P","source":{"publisher":"P"}}""", "/v1/milestones")).Status);
    }

    private static IEnumerable<(string[] Steps, string Type)> Members(JsonElement schema, string[] at)
    {
        schema = Description.Served.Schemas.Resolve(schema);
        var type = !schema.TryGetProperty("type", out var said) ? "object" : said.ValueKind == JsonValueKind.String ? said.GetString()! : said[0].GetString()!;
        if (at.Length > 0)
        {
            yield return (at, type);
        }

        foreach (var member in schema.TryGetProperty("properties", out var all) ? all.EnumerateObject().ToArray() : [])
        {
            foreach (var inner in Members(member.Value, [.. at, member.Name]))
            {
                yield return inner;
            }
        }

        if (type == "array")
        {
            foreach (var inner in Members(schema.GetProperty("items"), [.. at, "0"]))
            {
                yield return inner;
            }
        }
    }

    private static string Nested(string[] steps, JsonNode? value) => steps.Reverse()
        .Aggregate(value?.ToJsonString() ?? "null", (inner, step) => step == "0" ? $"[{inner}]" : $"{{\"{step}\":{inner}}}");
}
