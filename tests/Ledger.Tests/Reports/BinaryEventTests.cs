using System.Net.Sockets;
using System.Text;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Reports;

/// <summary>CloudEvents in binary mode: the attributes are headers, the data is the body. The requests have the bytes that the libraries were
/// seen to send: cloudevents 10.0.0 (npm) writes values as they are, CloudNative.CloudEvents 2.9.0 (NuGet) percent-encodes them, and writes
/// whole numbers, true and false as text.</summary>
public sealed class BinaryEventTests(OneService one) : IClassFixture<OneService>
{
    private const string Data = """{"recipient":"KGZ","platform":"orlan-10","quantity":{"n":3},"source":{"publisher":"A paper","published":"2022-10-27"}}""";

    private readonly Service _service = one.Service;

    private static (string, string)[] Event(string id, params (string, string)[] also) =>
        [("ce-specversion", "1.0"), ("ce-type", "ledger.delivery.v1"), ("ce-source", ReportBodies.Press), ("ce-id", id), .. also];

    private async Task<Answered> PostAsync((string Name, string Value)[] headers, string data = Data, string mediaType = "application/json", string path = "/v1/events")
    {
        using var content = new StringContent(data);
        content.Headers.Remove("Content-Type");
        Assert.True(content.Headers.TryAddWithoutValidation("Content-Type", mediaType));
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var response = await _service.Reporter.SendAsync(request, TestContext.Current.CancellationToken);
        return await Answered.OfAsync(response);
    }

    private Task<Answered> StructuredAsync(string id, string more = "", string source = ReportBodies.Press) => PostAsync([],
        $$$"""{"specversion":"1.0","type":"ledger.delivery.v1","source":"{{{source}}}","id":"{{{id}}}",{{{more}}}"data":{{{Data}}}}""", "application/cloudevents+json");

    [Fact]
    public async Task An_event_is_the_same_report_in_binary_and_in_structured_mode()
    {
        var answer = await PostAsync(Event("binary-1", ("ce-time", "2026-11-27T00:50:00.123456789Z"), ("ce-subject", "KGZ"), ("ce-dataschema", "https://example.org/s"), ("Ce-Sequence", "7")));
        Assert.True(answer.Status == 201, answer.Body);
        Assert.Equal((ReportBodies.EventId(ReportBodies.Press, "binary-1"), "delivery", "total"), (answer.Json.GetProperty("eventId").GetGuid(), answer.Json.Text("kind"), answer.Json.Text("readAs")));
        Assert.Equal($"/v1/reports/{answer.Json.Text("eventId")}", answer.Headers.Location?.ToString());
        var structured = await StructuredAsync("binary-1");
        Assert.Equal(200, structured.Status);
        ReportBodies.Same(answer.Json, structured.Json);
        var dry = await PostAsync(Event("binary-dry"), path: "/v1/events?dryRun=true");
        Assert.Equal((200, false), (dry.Status, dry.Json.TryGetProperty("position", out _)));
        Assert.Equal(404, (await Service.GetAsync(_service.Reader, $"/v1/reports/{ReportBodies.EventId(ReportBodies.Press, "binary-dry")}")).Status);
    }

    /// <summary>CloudNative.CloudEvents 2.9.0 sends 7 and true as the texts "7" and "true", and cuts times to 100 ns: the digest rests on the
    /// data, source and id alone.</summary>
    [Fact]
    public async Task What_a_library_makes_of_other_attributes_changes_nothing()
    {
        Assert.Equal(201, (await StructuredAsync("same-digest", "\"sequence\":7,\"sampled\":true,\"time\":\"2026-11-27T00:50:00.123456789Z\",")).Status);
        Assert.Equal(200, (await StructuredAsync("same-digest", "\"sequence\":\"7\",\"sampled\":\"true\",\"time\":\"2026-11-27T00:50:00.1234567Z\",")).Status);
        Assert.Equal(200, (await StructuredAsync("same-digest", "\"time\":\"2026-11-27T00:50:00.123Z\",")).Status);
        Assert.Equal(200, (await PostAsync(Event("same-digest", ("ce-sequence", "7"), ("ce-sampled", "true")))).Status);
    }

    [Theory]
    // As CloudNative.CloudEvents 2.9.0 (NuGet) writes it.
    [InlineData("Bayraktar%20TB2", "Bayraktar TB2")]
    [InlineData("%D0%91%D0%B0%D0%B9%D1%80%D0%B0%D0%BA%D1%82%D0%B0%D1%80", "Байрактар")]
    [InlineData("100%25 %E2%82%AC", "100% €")]
    [InlineData("a%22b", "a\"b")]
    [InlineData("a%2520b", "a%20b")]
    // As cloudevents 10.0.0 (npm) writes it.
    [InlineData("Bayraktar TB2", "Bayraktar TB2")]
    [InlineData("100%", "100%")]
    [InlineData("50% of 10", "50% of 10")]
    [InlineData("%zz%4", "%zz%4")]
    [InlineData("%FF%FE", "%FF%FE")]
    // As the binding's older versions wrote it.
    [InlineData("\"two words\"", "two words")]
    [InlineData("\"a \\\"b\\\" \\\\\"", "a \"b\" \\")]
    public async Task A_headers_value_is_percent_decoded_once_and_what_was_sent_raw_stays(string header, string id)
    {
        var answer = await PostAsync(Event(header));
        Assert.True(answer.Status is 200 or 201, answer.Body);
        Assert.Equal((id, ReportBodies.EventId(ReportBodies.Press, id)), (answer.Json.Text("id"), answer.Json.GetProperty("eventId").GetGuid()));
    }

    [Theory]
    [InlineData("https://example.org/a%20b", "https://example.org/a%20b")]
    [InlineData("https://example.org/a%2520b", "https://example.org/a%20b")]
    [InlineData("urn%3Aexample%3Apress", "urn:example:press")]
    public async Task A_source_is_the_URI_that_was_meant_whether_its_library_encodes_or_not(string header, string feed)
    {
        var headers = Event($"source {header}");
        headers[2] = ("ce-source", header);
        var answer = await PostAsync(headers);
        Assert.True(answer.Status == 201, answer.Body);
        Assert.Equal(feed, answer.Json.Text("feed"));
    }

    [Theory]
    [InlineData("ce-time", "yesterday", 400, "ce-time", "time")]
    [InlineData("ce-time", "2026-11-27", 400, "ce-time", "time")]
    [InlineData("ce-subject", "", 400, "ce-subject", "empty")]
    [InlineData("ce-dataschema", "schemas/report", 400, "ce-dataschema", "uri")]
    [InlineData("ce-datacontenttype", "application/json", 400, "ce-datacontenttype", "header")]
    [InlineData("ce-data", "{}", 400, "ce-data", "header")]
    [InlineData("ce-data_base64", "e30=", 400, "ce-data_base64", "unknownMember")]
    [InlineData("ce-my_ext", "x", 400, "ce-my_ext", "unknownMember")]
    [InlineData("ce-ext", "a%0Ab", 400, "ce-ext", "text")]
    [InlineData("ce-ext", "a%EF%BF%BEb", 400, "ce-ext", "notText")]
    [InlineData("ce-source", "press", 422, "ce-source", "uri")]
    [InlineData("ce-source", "urn:x:t%C3%BCrkiye%0", 422, "ce-source", "uri")]
    [InlineData("ce-specversion", "0.3", 422, "ce-specversion", "vocabulary")]
    [InlineData("ce-type", "ledger.war.v1", 422, "ce-type", "vocabulary")]
    [InlineData("ce-id", null, 422, "ce-id", "required")]
    [InlineData("ce-source", null, 422, "ce-source", "required")]
    [InlineData("ce-type", null, 422, "ce-type", "required")]
    [InlineData("ce-specversion", null, 422, "ce-specversion", "required")]
    public async Task What_is_wrong_with_a_header_names_it(string name, string? value, int status, string at, string code)
    {
        var headers = Event("bad-header").Where(x => x.Item1 != name || (value is not null && code == "header")).ToArray();
        var answer = await PostAsync(value is null ? headers : [.. headers, (name, value)]);
        Assert.Equal(status, answer.Status);
        Assert.Equal((at, code), answer.Errors.Single());
    }

    [Fact]
    public async Task What_is_wrong_with_the_data_points_into_the_body()
    {
        var answer = await PostAsync(Event("line%0Abreak"), """{"recipient":"Kyrgyzstan","platform":"x","quantity":{"n":-1},"source":{"publisher":"P"}}""");
        Assert.Equal(422, answer.Status);
        Assert.Equal([("ce-id", "id"), ("/quantity/n", "outOfRange"), ("/recipient", "country")], answer.Errors.OrderBy(x => x.Pointer == "ce-id" ? 0 : 1).ThenBy(x => x.Pointer));
        Assert.DoesNotContain("/data", answer.Body, StringComparison.Ordinal);
        Assert.Equal(("/quantity/n", "duplicateMember"), (await PostAsync(Event("dup"), """{"quantity":{"n":1,"n":2}}""")).Errors.Single());
        Assert.Equal(("/platfrom", "unknownMember"), (await PostAsync(Event("typo"), """{"platfrom":"x"}""")).Errors.Single());
        // cloudevents 10.0.0 (npm) reads an event whose data is 0, false or "" without its data.
        foreach (var (data, came) in new[] { ("0", "a number"), ("false", "false"), ("\"\"", "a text"), ("[]", "a list"), ("null", "null") })
        {
            var odd = await PostAsync(Event("odd"), data);
            Assert.Equal((400, ("", "wrongType")), (odd.Status, odd.Errors.Single()));
            Assert.Contains(came, odd.Json.Text("detail"), StringComparison.Ordinal);
            if (data != "null")
            {
                var structured = await PostAsync([], $$"""{"specversion":"1.0","type":"ledger.delivery.v1","source":"urn:x:y","id":"i","data":{{data}}}""", "application/cloudevents+json");
                Assert.Equal((400, ("/data", "wrongType")), (structured.Status, structured.Errors.Single()));
                Assert.Contains(came, structured.Json.Text("detail"), StringComparison.Ordinal);
            }
        }

        await PostAsync(Event("binary-taken"));
        var taken = await PostAsync(Event("binary-taken"), Data.Replace("\"n\":3", "\"n\":4", StringComparison.Ordinal));
        Assert.Equal((409, ("ce-id", "identityTaken")), (taken.Status, taken.Errors.Single()));
    }

    [Theory]
    [InlineData("application/json", 201)]
    [InlineData("Application/JSON; Charset=\"UTF-8\"", 201)]
    [InlineData("application/vnd.example.report+json", 201)]
    [InlineData("application/json; charset=utf-16", 415)]
    [InlineData("text/plain", 415)]
    [InlineData("application/xml", 415)]
    public async Task The_data_of_binary_mode_is_JSON(string mediaType, int status) =>
        Assert.Equal(status, (await PostAsync(Event($"media {mediaType}"), mediaType: mediaType)).Status);

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("application/json; charset=utf-8", true)]
    [InlineData("application/schema+json", true)]
    [InlineData("application/xml", false)]
    [InlineData("json", false)]
    public async Task An_event_says_of_its_data_that_it_is_JSON(string mediaType, bool isTaken) =>
        Assert.Equal(isTaken ? 201 : 422, (await StructuredAsync($"content type {mediaType}", $"\"datacontenttype\":\"{mediaType}\",")).Status);

    [Fact]
    public async Task In_structured_mode_the_headers_are_not_looked_at() => Assert.Equal(201, (await PostAsync([("ce-id", "other"), ("ce-time", "yesterday")],
        $$$"""{"specversion":"1.0","type":"ledger.delivery.v1","source":"urn:x:y","id":"copied","data":{{{Data}}}}""", "application/cloudevents+json; charset=utf-8")).Status);

    [Fact]
    public async Task JSON_without_the_headers_is_told_what_binary_mode_is()
    {
        var answer = await PostAsync([]);
        Assert.Equal(415, answer.Status);
        Assert.Contains("ce-specversion, ce-type, ce-source, ce-id", answer.Json.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ReportBodies.Paths), MemberType = typeof(ReportBodies))]
    public async Task On_a_reports_own_path_the_headers_of_an_event_are_refused_by_name(string path)
    {
        foreach (var name in (string[])["ce-id", "CE-Source", "ce-specversion", "ce-myext"])
        {
            var before = await _service.CountAsync();
            var answer = await PostAsync([(name, "x")], ReportBodies.Least(path, "some").ToJsonString(), path: $"/v1/{path}");
            Assert.Equal((400, (name, "header")), (answer.Status, answer.Errors.Single()));
            Assert.Contains("/v1/events", answer.Json.Text("detail"), StringComparison.Ordinal);
            Assert.Equal(before, await _service.CountAsync());
        }

        var structured = await PostAsync([], "{}", "application/cloudevents+json", $"/v1/{path}");
        Assert.Equal(415, structured.Status);
        Assert.Contains("CloudEvents go to POST /v1/events", structured.Json.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_an_import_too() =>
        Assert.Equal((400, ("ce-id", "header")), (await PostAsync([("ce-id", "x")], "{}", "application/x-ndjson", "/v1/imports")) is var answer ? (answer.Status, answer.Errors.Single()) : default);

    [Fact]
    public async Task A_time_that_is_none_is_pointed_at_in_every_mode()
    {
        var file = Encoding.UTF8.GetString(CaseFiles.Bytes("ce_time_not_rfc3339.json"));
        Assert.Equal((400, ("/time", "time")), (await PostAsync([], file, "application/cloudevents+json")) is var one ? (one.Status, one.Errors.Single()) : default);
        var batch = await PostAsync([], $"[{file.Replace("yesterday", "2026-03-01T00:00:00Z", StringComparison.Ordinal)},{file}]", "application/cloudevents-batch+json");
        Assert.Equal((400, ("/1/time", "time")), (batch.Status, batch.Errors.Single()));
    }

    /// <summary>Node sends what a header holds in Latin-1: cloudevents 10.0.0 (npm) cannot send Cyrillic, and of its ü one byte arrives.</summary>
    [Fact]
    public async Task A_header_in_Latin_1_is_read_as_it_was_written()
    {
        var answer = await RawAsync("ce-id: t\u00fcrkiye");
        Assert.Contains(" 201 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"id\":\"t\u00fcrkiye\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_attribute_that_is_given_twice_is_refused()
    {
        var answer = await RawAsync("ce-id: one\r\nCe-Id: two");
        Assert.Contains(" 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("ce-id: Given twice", answer, StringComparison.Ordinal);
    }

    /// <summary>Sends these header lines beside the other three, letter by letter in Latin-1; the whole answer.</summary>
    private async Task<string> RawAsync(string lines)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_service.Address.Host, _service.Address.Port, TestContext.Current.CancellationToken);
        var request = $"POST /v1/events HTTP/1.1\r\nHost: {_service.Address.Authority}\r\nAuthorization: {_service.Reporter.DefaultRequestHeaders.Authorization}\r\nConnection: close\r\n"
            + $"Content-Type: application/json\r\nce-specversion: 1.0\r\nce-type: ledger.delivery.v1\r\nce-source: urn:example:press\r\n{lines}\r\nContent-Length: {Data.Length}\r\n\r\n{Data}";
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_relative_source_is_told_that_a_feed_is_absolute()
    {
        var answer = await StructuredAsync("relative", source: "/press/kgz");
        Assert.Equal((422, ("/source", "uri")), (answer.Status, answer.Errors.Single()));
        Assert.Contains("CloudEvents allow a relative reference", answer.Body, StringComparison.Ordinal);
        Assert.Equal([("/id", "required"), ("/source", "required")], (await StructuredAsync("", source: "")).Errors.Order());
    }
}
