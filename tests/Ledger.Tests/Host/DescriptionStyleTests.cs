using System.Text.Json;
using Ledger.Reports;
using Ledger.Vocabulary;

namespace Ledger.Tests.Host;

/// <summary>What generators of clients need of a description beyond being true.</summary>
public class DescriptionStyleTests
{
    private static readonly Description s_description = Description.Served;
    private static readonly string[] s_combining = ["allOf", "oneOf"];

    [Fact]
    public void Events_and_lines_of_an_import_are_told_apart_by_the_kinds_of_the_code()
    {
        IEnumerable<string> Mapped(string schema) => s_description.Component("schemas", schema).GetProperty("discriminator").GetProperty("mapping")
            .EnumerateObject().Select(x => x.Name);

        Assert.Equal(CloudEvent.Types.Keys.Order(StringComparer.Ordinal), Mapped("CloudEvent").Order(StringComparer.Ordinal));
        Assert.Equal(WordNames.Kinds, Mapped("ImportLine"));
    }

    [Fact]
    public void Requests_are_closed_and_answers_are_open()
    {
        var requests = s_description.Operations.SelectMany(s_description.ContentsOf).Where(x => x.IsRequest)
            .SelectMany(x => Objects(x.Content.TryGetProperty("x-line-schema", out var line) ? line : x.Content.GetProperty("schema")));
        Assert.All(requests, x => Assert.True(x.Schema.TryGetProperty("additionalProperties", out var closed) && (closed.ValueKind == JsonValueKind.False
            || x.Name.EndsWith("Event", StringComparison.Ordinal)) || Closes(x.Beside), $"{x.Name} takes any member."));
        var answers = s_description.Operations.SelectMany(s_description.ContentsOf).Where(x => !x.IsRequest)
            .SelectMany(x => Objects(x.Content.TryGetProperty("x-line-schema", out var line) ? line : x.Content.GetProperty("schema")));
        Assert.All(answers, x => Assert.False(x.Schema.TryGetProperty("additionalProperties", out var closed) && closed.ValueKind == JsonValueKind.False
            || Closes(x.Beside), $"{x.Name} takes no further member: the next one would break who reads strictly."));

        static bool Closes(JsonElement beside) => beside.TryGetProperty("unevaluatedProperties", out var closed) && closed.ValueKind == JsonValueKind.False;
    }

    [Fact]
    public void Numbers_are_of_64_bits_where_they_are_positions_and_items_and_say_so()
    {
        var numbers = Everything(s_description.Document).Where(x => x.ValueKind == JsonValueKind.Object && x.TryGetProperty("type", out var type)
            && (type.ToString() is "integer" or """["integer","null"]"""));
        Assert.All(numbers, x => Assert.True(x.GetProperty("format").GetString() is "int32" or "int64", x.ToString()));
        string[] wide = ["Position", "LedgerEnd", "Items"];
        Assert.All(wide, x => Assert.Equal("int64", s_description.Component("schemas", x).GetProperty("format").GetString()));
        Assert.Equal("int32", s_description.Component("schemas", "Count").GetProperty("format").GetString());
    }

    [Fact]
    public void Examples_and_defaults_of_a_schema_are_instances_of_it()
    {
        var schemas = Everything(s_description.Document).Where(x => x.ValueKind == JsonValueKind.Object && x.TryGetProperty("type", out _)).ToList();
        var shown = (from schema in schemas
                     where schema.TryGetProperty("examples", out var examples) && examples.ValueKind == JsonValueKind.Array
                     from example in schema.GetProperty("examples").EnumerateArray()
                     select (schema, example))
            .Concat(schemas.Where(x => x.TryGetProperty("default", out _)).Select(x => (x, x.GetProperty("default")))).ToList();
        Assert.True(shown.Count > 15, $"Only {shown.Count} were found.");
        Assert.All(shown, x => Assert.Empty(s_description.Schemas.Faults(x.Item1, x.Item2)));
    }

    [Fact]
    public void Every_reference_leads_somewhere_and_every_format_is_enforced()
    {
        string[] formats = ["date", "date-time", "uuid", "uri", "int32", "int64"];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var one in Everything(s_description.Document).Where(x => x.ValueKind == JsonValueKind.Object))
        {
            if (one.TryGetProperty("$ref", out var reference))
            {
                s_description.Schemas.Resolve(one);
                names.Add(reference.GetString()!);
            }

            if (one.TryGetProperty("format", out var format) && format.ValueKind == JsonValueKind.String)
            {
                Assert.Contains(format.GetString(), formats);
            }
        }

        var unused = from kind in s_description.Document.GetProperty("components").EnumerateObject()
                     where kind.Name != "securitySchemes"
                     from one in kind.Value.EnumerateObject()
                     where !names.Contains($"#/components/{kind.Name}/{one.Name}")
                     select $"{kind.Name}/{one.Name}";
        Assert.Empty(unused);
    }

    [Fact]
    public void Operations_are_named_by_a_verb_and_a_noun_and_by_no_word_that_a_language_reserves() => Assert.All(s_description.Operations, x =>
    {
        Assert.Matches("^(add|create|define|follow|get|import|list|post|retry|revoke|withdraw)[A-Z][A-Za-z]+$", x.Id);
        Assert.Contains(x.Json.GetProperty("tags").EnumerateArray().Single().GetString(),
            s_description.Document.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()));
    });

    [Fact]
    public void Every_operation_describes_what_the_server_itself_answers() => Assert.All(s_description.Operations, x =>
    {
        var answers = x.Json.GetProperty("responses");
        string[] everywhere = ["405", "414", "431"];
        Assert.All(everywhere, status => Assert.True(answers.TryGetProperty(status, out _), $"{x}: {status}"));
        Assert.Equal(x.Json.TryGetProperty("requestBody", out _), answers.TryGetProperty("408", out _));
    });

    [Fact]
    public void The_licence_is_the_one_that_lies_beside_the_code()
    {
        var licence = s_description.Document.GetProperty("info").GetProperty("license");
        Assert.Equal(licence.GetProperty("name").GetString() + " License", File.ReadLines(Path.Combine(TidyTests.Root, "LICENSE")).First());
        Assert.Equal("MIT", licence.GetProperty("identifier").GetString());
    }

    /// <summary>Every object schema that a value of this one may consist of, with what stands beside the reference that led to it.</summary>
    private static IEnumerable<(string Name, JsonElement Schema, JsonElement Beside)> Objects(JsonElement schema, string name = "(inline)")
    {
        var resolved = s_description.Schemas.Resolve(schema);
        name = schema.TryGetProperty("$ref", out var reference) ? reference.GetString()!.Split('/')[^1] : name;
        if (resolved.TryGetProperty("properties", out var members))
        {
            yield return (name, resolved, schema);
        }

        var parts = (members.ValueKind == JsonValueKind.Object ? members.EnumerateObject().Select(x => x.Value) : [])
            .Concat(resolved.TryGetProperty("items", out var items) ? [items] : [])
            .Concat(s_combining.SelectMany(x => resolved.TryGetProperty(x, out var several) ? several.EnumerateArray().AsEnumerable() : []));
        foreach (var inner in parts.SelectMany(x => Objects(x, name)))
        {
            yield return inner;
        }
    }

    /// <summary>Every value of a document, examples left out.</summary>
    private static IEnumerable<JsonElement> Everything(JsonElement value) => (value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Where(x => x.Name is not ("example" or "examples" or "mapping") || x.Value.ValueKind == JsonValueKind.Object
            && x.Value.EnumerateObject().All(y => y.Value.ValueKind == JsonValueKind.Object && y.Value.TryGetProperty("$ref", out _))).SelectMany(x => Everything(x.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Everything),
        _ => [],
    }).Prepend(value);
}
