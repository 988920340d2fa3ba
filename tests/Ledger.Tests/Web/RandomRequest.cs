using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ledger.Tests.Host;

namespace Ledger.Tests.Web;

/// <summary>One request made from the description's own examples by seeded chance: the same seed and number make the same request.</summary>
internal sealed partial class RandomRequest
{
    private static readonly Description s_description = Description.Served;

    /// <summary>Reports in import lines are made from the examples of all kinds.</summary>
    private static readonly (string Kind, JsonElement Example)[] s_reports = [.. s_description.Operations
        .Where(x => x.Scope == "report" && x.Id is not ("importReports" or "importEdition" or "postEvents"))
        .Select(x => (KindOf(x), s_description.ExamplesOf(x.Json.GetProperty("requestBody").GetProperty("content").GetProperty("application/json")).Single()))];

    private static readonly string[] s_methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "QUERY", "FROBNICATE"];

    /// <summary>JSON values that some program has sent to some service.</summary>
    private static readonly string[] s_values =
    [
        "null", "true", "false", "0", "-1", "1", "3", "1.5", "3.0", "1e2", "1e400", "-0", "1000000", "1000001", "9223372036854775807", "9223372036854775808",
        "99999999999999999999999999999999", "\"\"", "\" \"", "\"3\"", "\"true\"", "[]", "{}", "[null]", "[\"\"]", "[1,2,3]", "{\"a\":{\"b\":[]}}",
        "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\u2028\"", "\"\\ufeff\"", "\"\\uffff\"", "\"line\\nbreak\"", "\"\\u202emirrored\"",
        "\"😀\"", "\"e\\u0301\"", "\"𝔘𝔫𝔦 ﬁ Ǆ İ ß שּׁ\"", "\"'; drop table reports; --\"", "\"=cmd|' /C calc'!A0\"", "\"../../etc/passwd\"",
        "\"<script>alert(1)</script>\"", "\"{0}%s\"",
        "\"KGZ\"", "\"kgz\"", "\"ZZZ\"", "\"x-\"", "\"x-a\"", "\"x-unknown\\n\"", "\"/a/path\"", "\"urn:\"", "\"urn:x\"", "\"http://\"", "\"javascript:alert(1)\"", "\"*\"",
        "\"0000\"", "\"0001\"", "\"9999\"", "\"2021-13\"", "\"2021-02-30\"", "\"2021-24\"", "\"9999-24\"", "\"201X\"", "\"20XX?\"", "\"2021-XX-XX\"", "\"../..\"", "\"/\"", "\"0001/9999\"",
        "\"../9999-12-31\"", "\"0001-01-01/..\"", "\"9999-12-31~\"", "\"0001-01-01%\"", "\"2022/2021\"", "\"-2021\"", "\"+002021\"", "\"2021-W03\"", "\"1e9\"",
        "\"0001-01-01\"", "\"9999-12-31\"", "\"2024-02-29\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"0001-01-01T00:00:00+14:00\"",
    ];

    private static readonly string[] s_texts = [.. s_values.Where(x => x[0] == '"')];

    private static readonly string[] s_queryValues =
    [
        "", "0", "1", "-1", "+1", "1.0", "1e3", "1000", "1001", "007", "٣", "9223372036854775807", "9223372036854775808", "@0", "@1", "@-1", "@", "@1e1", "@99999999", "@9223372036854775807",
        "@9223372036854775808", "2026-01-01", "2026-1-1", "2026-02-30", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "2026-11-22T20:41:10Z", "2026-11-22T20:41:10",
        "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-14:00",
        "2026-11-22T24:00:00Z", "2026-11-22T20:41:60Z", "2020-01-01T00:00:00.123456789Z",
        "KGZ", "kgz", "x-unknown", "x-unknown\n", "TUR", "armedUav", "ArmedUav", "durable", "military", "delivery", "onOrder", "cancelled", "passedOn", "embargoed", "2020", "9999",
        "Bayraktar TB2", "bayraktar-tb2", "😀", "\0", "a\0b", "\u2028", "urn:example:press",
        "tur.bayraktar-tb2.2021", "true", "false", "TRUE", "null", "'", "\"", "%", "*", "MDAwMDAwMDAwMDAwCjIwMjYtMDYtMDEKCjQKCjE", "====",
    ];

    private static readonly string[] s_segments =
    [
        "KGZ", "kgz", "KAZ", "XXX", "x-unknown", "x-", "bayraktar-tb2", "TB2", "TUR", "tur.bayraktar-tb2.2021", "b:c_d-e", "example-hawk-3", "%2F", "a%2Fb", "..%2f..%2fetc", "%2e%2e",
        ".", "..", "%00", "a%00b", "%C3%28", "%ED%A0%80", "%FF", "%", "%zz", "%25",
        "%F0%9F%9A%81", "%0d%0aX:1", "%7B%7D", "~", "*", "KGZ;x=1", "'--", "null", "0", "-1", "00000000-0000-0000-0000-000000000000",
        "ffffffffffffffff", "invalid", "%E2%80%AE", "e%CC%81", "KGZ%20", "+", "&", "=", "@", ":", "%5C", "\\",
    ];

    private static readonly string[] s_accepts =
    [
        "text/csv", "text/csv;q=0.5, application/json", "*/*", "text/*", "text/html", "application/json;q=0",
        "text/csv;q=2", "text/csv;q=abc", "text/csv;q=", ",,,", ";", "text", "/", "text/csv; header=absent", "\"",
    ];

    private static readonly string[] s_tags = ["*", "\"x\"", "W/\"x\"", "x", "\"", "\"a\", \"b\"", ",", "W/", "\"\\\"", "*, \"a\""];

    private static readonly string[] s_positions = ["0", "1", "-1", "abc", "9223372036854775807", "9223372036854775808", "1, 2", "1e3", "0x1", "\"1\""];

    private static readonly string[] s_authorizations =
    [
        "Bearer", "Bearer ", "Basic YTpi", "Bearer ldg_", "ldg_x", "Bearer ldg_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "bearer ldg_\u00e9", "Bearer Bearer ldg_x", "Digest username=\"a\"", ",", "\u00ff\u00fe",
    ];

    private static readonly string[] s_mediaTypes =
    [
        "text/plain", "application/json", "application/x-ndjson", "application/JSON",
        "application/json; charset=utf-16", "application/json; charset=", "application/json; charset=\"UTF-8\"", "application/json;;",
        "a/b/c", "*/*", "multipart/form-data", "application/x-www-form-urlencoded", "application/cloudevents+json", "text/csv", "json", "application/json, text/plain",
    ];

    private readonly Random _random;
    private readonly int _number;
    private readonly List<string> _raw = [];

    public RandomRequest(Uri service, int seed, int number)
    {
        (_random, _number) = (new Random(unchecked((seed * 1_000_003) ^ (number * 7919))), number);
        var operations = s_description.Operations;
        var operation = Pick([.. operations]);
        if (operation.Scope is null && Chance(80))
        {
            operation = Pick([.. operations]); // Pages that take no input have less to get wrong.
        }

        var method = Chance(4) ? Pick(s_methods) : operation.Method;
        Scope = Chance(4) ? Pick("report", "read", "audit", "admin", null) : operation.Scope;
        var address = Path(operation) + Query(operation);
        // Sent as it is written: escapes, dots and doubled slashes are for the service to read.
        Request = new HttpRequestMessage(new HttpMethod(method),
            new Uri(service.GetLeftPart(UriPartial.Authority) + address, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        AddHeaders();
        AddBody(operation, method);
    }

    public HttpRequestMessage Request { get; }

    /// <summary>Whose key goes with it; null: none.</summary>
    public string? Scope { get; private set; }

    /// <summary>The body, as far as it can be shown.</summary>
    public string Shown { get; private set; } = "";

    private static string KindOf(Operation operation) => operation.Json.GetProperty("requestBody").GetProperty("content").GetProperty("application/json")
        .GetProperty("schema").GetProperty("$ref").GetString()!.Split('/')[^1].Replace("Report", "", StringComparison.Ordinal).ToLowerInvariant();

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T Pick<T>(params T[] from) => from[_random.Next(from.Length)];

    private string Long() => Pick(
        new string('a', Pick(41, 121, 201, 501, 2_001, 4_001)), string.Concat(Enumerable.Repeat("😀", Pick(100, 101, 2_000))),
        new string('9', Pick(20, 400)), new string('-', 300), new string('é', 200));

    private string Path(Operation operation)
    {
        if (Chance(2))
        {
            return Pick(
                "/", "/v1", "/v1/", "//", "/v1//countries", "/V1/Countries", "/v2/countries", "/v1/countries/KGZ/fleet/", "/v1/series",
                "/favicon.ico", "/.env", "/health", "/openapi", "/v1/keys/../countries", "/v1/%63ountries");
        }

        return PathParameter().Replace(operation.Path, match =>
        {
            if (Chance(55))
            {
                return s_description.ParametersOf(operation).Single(x => x.GetProperty("name").GetString() == match.Groups[1].Value).GetProperty("example").ToString();
            }

            return Chance(10) ? Uri.EscapeDataString(Long()) : Chance(1) ? new string('a', 9_000) : Pick(s_segments);
        });
    }

    private string Query(Operation operation)
    {
        var parts = new List<string>();
        foreach (var parameter in s_description.ParametersOf(operation).Where(x => x.GetProperty("in").GetString() == "query"))
        {
            while (Chance(12))
            {
                parts.Add($"{parameter.GetProperty("name").GetString()}={QueryValue(parameter)}");
            }
        }

        if (operation.Id == "getEvents" && !parts.Exists(x => x.StartsWith("limit=", StringComparison.Ordinal)) && !Chance(2))
        {
            parts.Add("limit=20"); // The whole ledger each time would be most of what this test reads.
        }

        if (Chance(4))
        {
            parts.Add($"{Pick("asof", "AsOf", "knwonAt", "x", "", "%00", "a[]", "limit%20", "%F0%9F%98%80")}={QueryValue(default)}");
        }

        if (Chance(1))
        {
            parts.Add(Pick("&", "=", "?", "asOf", "#", "%", "%zz=%zz", "a=b=c", ";"));
        }

        return parts.Count == 0 ? Chance(1) ? "?" : "" : "?" + string.Join('&', parts);
    }

    private string QueryValue(JsonElement parameter)
    {
        if (parameter.ValueKind == JsonValueKind.Object && parameter.TryGetProperty("example", out var example) && Chance(50))
        {
            return Uri.EscapeDataString(example.ValueKind is JsonValueKind.True ? "true" : example.ToString());
        }

        return Chance(4) ? Pick("%", "%zz", "%ff%fe", "%ED%A0%80", "+", "a+b", "%2B") : Uri.EscapeDataString(Chance(6) ? Long() : Pick(s_queryValues));
    }

    private void AddHeaders()
    {
        void Maybe(int percent, string name, string[] values)
        {
            if (Chance(percent))
            {
                Request.Headers.TryAddWithoutValidation(name, Chance(2) ? new string('x', Pick(1_000, 6_000)) : Pick(values));
            }
        }

        Maybe(20, "Accept", s_accepts);
        Maybe(8, "If-None-Match", s_tags);
        Maybe(6, "Ledger-Position", s_positions);
        Maybe(3, "Last-Event-ID", s_positions);
        Maybe(2, "Origin", ["https://elsewhere.example", "null", "x"]);
        Maybe(1, "X-Forwarded-Host", ["elsewhere.example"]);
        Maybe(1, "Cookie", ["a=b", ";;;"]);
        if (Chance(3))
        {
            Scope = null;
            Request.Headers.TryAddWithoutValidation("Authorization", Chance(5) ? "Bearer ldg_" + new string('A', 5_000) : Pick(s_authorizations));
        }
    }

    private void AddBody(Operation operation, string method)
    {
        if (method is "TRACE" || !(operation.Json.TryGetProperty("requestBody", out var described) || Chance(2)))
        {
            return;
        }

        var contents = described.ValueKind == JsonValueKind.Object ? described.GetProperty("content").EnumerateObject().ToArray() : [];
        var content = contents.Length > 0 ? Pick(contents) : default;
        var mediaType = contents.Length > 0 ? content.Name : "application/json";
        var body = operation.Id switch
        {
            "importReports" => Lines(),
            "importEdition" when contents.Length > 0 => Register(described),
            "postEvents" when contents.Length > 0 => Damaged(Encoding.UTF8.GetBytes(Events(mediaType))),
            _ => Damaged(Encoding.UTF8.GetBytes(contents.Length > 0 ? Mutated(s_description.ExamplesOf(content.Value).Single(), null) : "{}")),
        };
        Shown = Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 1_500)));
        Request.Content = new ByteArrayContent(body);
        if (!Chance(1))
        {
            Request.Content.Headers.TryAddWithoutValidation("Content-Type", Chance(4) ? Pick(s_mediaTypes) : mediaType);
        }

        if (Chance(1))
        {
            Request.Content.Headers.TryAddWithoutValidation("Content-Encoding", Pick("gzip", "identity", "br", "x"));
        }

        Request.Headers.TransferEncodingChunked = Chance(10) ? true : null;
    }

    /// <summary>One event, or a batch of some.</summary>
    private string Events(string mediaType)
    {
        if (mediaType == "application/cloudevents+json")
        {
            return Event();
        }

        var events = new string[Chance(5) ? 1_001 : Chance(5) ? 0 : _random.Next(1, 8)];
        Array.Fill(events, Event());
        for (var i = 0; i < Math.Min(events.Length, 8); i++)
        {
            events[i] = Chance(4) ? Pick("null", "[]", "1", "{}", "\"\"") : Event();
        }

        return $"[{string.Join(',', events)}]";
    }

    /// <summary>A report in an envelope, either of them odd now and then.</summary>
    private string Event()
    {
        var (kind, example) = Pick(s_reports);
        var report = JsonNode.Parse(example.GetRawText())!.AsObject();
        var id = $"e{_number}-{_random.Next(1_000_000)}";
        report.Remove("id");
        report.Remove("feed");
        var envelope = new JsonObject
        {
            ["specversion"] = "1.0",
            ["type"] = $"ledger.{kind}.v1",
            ["source"] = "urn:example:press",
            ["id"] = id,
            ["datacontenttype"] = "application/json",
            ["data"] = "@@data@@",
        };
        if (Chance(15))
        {
            envelope[Pick("time", "subject", "traceparent", "dataschema", "data_base64", "Source", "a_b", "", "sequence", "specversion", "type", "id", "data")] =
                Pick<JsonNode?>("2024-05-10T08:00:00Z", "x", 7, true, null, new JsonArray(), "1.0", "ledger.war.v1");
        }

        var text = envelope.ToJsonString();
        return text.Replace("\"@@data@@\"", Chance(4) ? Raw() : Mutated(JsonSerializer.SerializeToElement(report), null), StringComparison.Ordinal);

        string Raw() => Pick(s_values);
    }

    private byte[] Lines()
    {
        var lines = new MemoryStream();
        if (Chance(3))
        {
            lines.Write(Encoding.UTF8.Preamble);
        }

        for (var left = _random.Next(Chance(5) ? 200 : 12); left > 0; left--)
        {
            var (kind, example) = Pick(s_reports);
            lines.Write(Chance(5)
                ? Encoding.UTF8.GetBytes(Pick(
                    "", " ", "{", "[]", "null", "\"", "{}",
                    "{\"kind\":null}", "{\"kind\":\"\\ud800\"}", "{\"kind\":3}", "{\"\\ud800\":1,\"kind\":\"delivery\"}", "{\"kind\":\"war\"}"))
                : Damaged(Encoding.UTF8.GetBytes(Mutated(example, kind))));
            lines.Write(Encoding.UTF8.GetBytes(left == 1 && Chance(20) ? "" : Chance(10) ? "\r\n" : Chance(2) ? "\n\n" : "\n"));
        }

        return lines.ToArray();
    }

    /// <summary>A trade register with cells, lines, separators and its encoding changed.</summary>
    private byte[] Register(JsonElement described)
    {
        string[] cells =
        [
            "", " ", "?", "0", "1", "12", "-3", "1.5", "1000001", "99999999999999999999", "2021", "21", "2021; 2022", "2021;;", "New", "\"", "\"a", "\"a\"b", "a\"b", "\"a\nb\"",
            "Ruritania", "Hezbollah (Lebanon)*", "NATO**", "*", "**", "()*", "unknown supplier(s)", "Türkiye", "\ud83d\ude00", "tank", "armed drone", "---", "Дрон", "\0", "\u2028", "x,y", "x;y",
            Long(),
        ];
        var example = s_description.ExamplesOf(described.GetProperty("content").GetProperty("text/csv")).Single().GetString()!;
        var lines = example.Split('\n').ToList();
        for (var left = _random.Next(6); left > 0; left--)
        {
            var at = _random.Next(lines.Count);
            var line = lines[at].Split(',');
            line[_random.Next(line.Length)] = Pick(cells);
            if (Chance(50) && at > 1) { lines.Add(string.Join(',', line)); }
            else { lines[at] = string.Join(',', line); }
        }

        var text = string.Join(Chance(20) ? "\r\n" : "\n", Chance(20) ? lines.Skip(1) : lines);
        text = Chance(15) ? text.Replace(',', ';') : text;
        return Damaged((Chance(15) ? Encoding.Latin1 : Chance(3) ? Encoding.Unicode : Encoding.UTF8).GetBytes(text));
    }

    /// <summary>An example with some of it changed: to what the schema allows, for the most part, and now and then to what nothing allows.</summary>
    private string Mutated(JsonElement example, string? kind)
    {
        var root = JsonNode.Parse(example.GetRawText())!.AsObject();
        if (kind is not null)
        {
            root["kind"] = kind;
        }

        if (Chance(80))
        {
            Vary(root);
        }

        for (var left = Chance(50) ? 0 : 1 + _random.Next(3); left > 0; left--)
        {
            Change(root);
        }

        var text = new StringBuilder(root.ToJsonString());
        for (var i = _raw.Count - 1; i >= 0; i--)
        {
            text.Replace($"\"@@{i}@@\"", _raw[i]);
        }

        if (Chance(3))
        {
            // A member twice, and one whose name is no text.
            text.Insert(1, Pick(
                "\"recipient\":\"KGZ\",", "\"id\":\"a\",", "\"source\":{\"publisher\":\"a\",\"publisher\":\"b\"},",
                "\"\\ud800\":1,", "\"\":1,", "\"a\\u0000\":1,", "\"__proto__\":{},", "\"$type\":\"x\",", "\"$id\":\"1\","));
        }

        return text.ToString();
    }

    /// <summary>Changes that keep it acceptable, so that what is stored is various.</summary>
    private void Vary(JsonObject root)
    {
        void Set(string name, params string[] values)
        {
            if (root.ContainsKey(name) && Chance(35))
            {
                root[name] = Pick(values);
            }
        }

        if (root.ContainsKey("feed") && !Chance(10))
        {
            root["id"] = $"r{_number}-{_random.Next(1_000_000)}";
        }

        Set("recipient", "KGZ", "KAZ", "UZB", "TJK", "x-unknown", "x-a-b");
        Set("supplier", "TUR", "CHN", "x-unknown", "IRN");
        if (root.ContainsKey("recipient"))
        {
            Set("platform", "Bayraktar TB2", "tb-2", "Anka", "example-hawk-3", "Дрон 9", "ﬁ 😀 𝔘1", "Wing Loong II");
        }

        Set("deal", "a", "tur.bayraktar-tb2.2021", "b:c_d-e");
        Set("lot", "a", "2021-12");
        Set("occurred", "0001", "9999", "../9999-12-31", "0001/..", "9999-12-31~", "201X", "2021-24", "9999-24", "0001-01-01%", "20XX", "2021-XX-XX", "0001/9999", "2022~", "2021-21");
        Set("due", "0001", "9999", "9999-12-31~", "../2020", "2030/..");
        Set("grade", "A1", "F6", "C5", "E5", "D4");
        Set("role", "trial", "loan", "transfer");
        Set("report", "kgz-2022-parade", "kgz-2021-12-first-lot", "uzb-2023-handover", $"r{_random.Next(20_000)}", "e6c52dfb-1360-55a2-922c-ad6615d9b45b", "00000000-0000-0000-0000-000000000000");
        if (root["source"] is JsonObject source && Chance(30))
        {
            source["published"] = Pick("1900-01-01", "9999-12-31", "2024-02-29", "2021-12-19", "2021-12", "1899");
        }

        if (root.ContainsKey("quantity") && Chance(40))
        {
            root["quantity"] = JsonNode.Parse(Pick(
                "{}", "{\"n\":0}", "{\"n\":1000000,\"unit\":\"system\"}", "{\"qualifier\":\"about\",\"n\":1000000,\"unit\":\"system\"}",
                "{\"low\":0,\"high\":1000000}", "{\"high\":0}",
                "{\"qualifier\":\"upTo\",\"n\":0}", "{\"qualifier\":\"atLeast\",\"n\":7,\"unit\":\"system\"}", "{\"low\":3,\"best\":3}"));
        }

        if (root.ContainsKey("cause") && Chance(40))
        {
            root["to"] = Pick("RUS", "KGZ", "x-unknown", "x-a-b");
        }

        if (root.ContainsKey("recipient") && Chance(8))
        {
            root["supersedes"] = new JsonArray(Pick("kgz-2021-12-first-lot", "kgz-2021-contract", "kgz-2022-parade", $"r{_number}"), "kgz-2021-12-first-lot");
        }

        if (root.ContainsKey("category"))
        {
            root["platform"] = Pick("example-hawk-3", "bayraktar-tb2", $"p-{_number % 50}", "дрон-9");
            root["aliases"] = new JsonArray($"alias {_number % 40}");
        }

        if (root.ContainsKey("alias"))
        {
            root["alias"] = $"Alias {_number % 60}";
        }
    }

    /// <summary>One change anywhere in the tree, mostly for the worse.</summary>
    private void Change(JsonObject root)
    {
        var objects = new List<JsonObject> { root };
        objects.AddRange(root.Select(x => x.Value).OfType<JsonObject>());
        var at = Pick([.. objects]);
        var names = at.Select(x => x.Key).Append("more").ToArray();
        var name = Pick(names);
        switch (_random.Next(10))
        {
            case 0:
                at.Remove(name);
                break;
            case 1:
                at[Pick("Recipient", "kInd", "eventId", "position", "digest", "readAs", "a b", "ключ", "")] = 1;
                break;
            case 2:
                at[name] = Long();
                break;
            case 3:
                at[name] = Raw(string.Concat(Enumerable.Repeat("[", Pick(5, 15, 20, 5_000))));
                break;
            case 4:
                var depth = Pick(5, 15, 17, 3_000);
                at[name] = Raw(string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth));
                break;
            case 5:
                at[name] = Raw("[" + string.Join(',', Enumerable.Repeat(Pick("\"a\"", "null", "1", "\"kgz-2021-contract\""), Pick(0, 1, 100, 101, 3_000))) + "]");
                break;
            default:
                // The right type with an odd value comes further in than a wrong type does.
                at[name] = Raw(Pick(at[name] is JsonValue text && text.GetValueKind() == JsonValueKind.String && Chance(70) ? s_texts : s_values));
                break;
        }
    }

    /// <summary>A value that no JSON library would write.</summary>
    private string Raw(string json)
    {
        _raw.Add(json);
        return string.Create(CultureInfo.InvariantCulture, $"@@{_raw.Count - 1}@@");
    }

    /// <summary>Bytes that are no longer what they were.</summary>
    private byte[] Damaged(byte[] body)
    {
        if (!Chance(7))
        {
            return body;
        }

        var at = _random.Next(body.Length + 1);
        switch (_random.Next(8))
        {
            case 0:
                return body[..at];
            case 1:
                return [];
            case 2:
                return [.. body, .. new byte[Pick(10, 61_000, 200_000)].Select(_ => (byte)' ')];
            case 3:
                return [.. Encoding.UTF8.Preamble, .. body];
            case 4:
                return [.. body[..at], .. Pick<byte[]>([0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5], [0x00], [0x80]), .. body[at..]];
            case 5:
                return [.. body, (byte)'}'];
            case 6:
                return [.. "/* comment */"u8, .. body];
            default:
                return [.. "["u8, .. body, .. "]"u8];
        }
    }

    [GeneratedRegex(@"\{([^}]+)\}")]
    private static partial Regex PathParameter();
}
