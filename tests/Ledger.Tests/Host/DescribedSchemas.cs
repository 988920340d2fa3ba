using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Keywords = Json.Schema.Vocabulary;

namespace Ledger.Tests.Host;

/// <summary>The schemas of the API's description as JsonSchema.Net enforces them, formats too, and closed: a member that is not described is
/// a fault. The description itself leaves answers open, since clients must live with members that are added later.</summary>
internal sealed class DescribedSchemas
{
    private const string Bundle = "https://ledger.example/description";
    private const string Open = "--open";
    private const int FaultsShown = 8;

    /// <summary>JSON Schema 2020-12, which does not pass over keywords that it does not know, so that nothing in the description only looks
    /// as if it were enforced.</summary>
    private static readonly Dialect s_dialect = new(new[]
        {
            Keywords.Draft202012_Core, Keywords.Draft202012_Applicator, Keywords.Draft202012_Unevaluated, Keywords.Draft202012_Validation,
            Keywords.Draft202012_MetaData, Keywords.Draft202012_FormatAssertion,
        }.SelectMany(x => x.Keywords))
    {
        Id = new Uri("https://ledger.example/dialect"),
        AllowUnknownKeywords = false,
    };

    private static readonly EvaluationOptions s_flag = new() { OutputFormat = OutputFormat.Flag, RequireFormatValidation = true };
    private static readonly EvaluationOptions s_list = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly ConcurrentDictionary<string, JsonSchema> _built = new(StringComparer.Ordinal);
    private readonly Lock _building = new();

    private readonly BuildOptions _options = new() { Dialect = s_dialect, SchemaRegistry = new SchemaRegistry() };
    private readonly JsonElement _document;

    static DescribedSchemas()
    {
        FormatRegistry.Global.Register(new PredicateFormat("int32", x => x.ValueKind != JsonValueKind.Number || x.TryGetInt32(out _)));
        FormatRegistry.Global.Register(new PredicateFormat("int64", x => x.ValueKind != JsonValueKind.Number || x.TryGetInt64(out _)));
    }

    public DescribedSchemas(JsonElement document)
    {
        _document = document;
        var definitions = new JsonObject();
        foreach (var schema in document.GetProperty("components").GetProperty("schemas").EnumerateObject())
        {
            definitions[schema.Name] = Closed(schema.Value, isOpen: false);
            definitions[schema.Name + Open] = Closed(schema.Value, isOpen: true);
        }

        Build(new JsonObject { ["$id"] = Bundle, ["$defs"] = definitions });
    }

    /// <summary>What is wrong with <paramref name="value"/>, each fault with a JSON Pointer to it; none: it is an instance.</summary>
    public IReadOnlyList<string> Faults(JsonElement schema, JsonElement value)
    {
        var built = _built.GetOrAdd(schema.GetRawText(), _ => Build(Closed(schema, isOpen: false)));
        if (built.Evaluate(value, s_flag).IsValid)
        {
            return [];
        }

        var faults = (from detail in built.Evaluate(value, s_list).Details ?? []
                      where !detail.IsValid
                      from error in detail.Errors ?? []
                      let path = detail.EvaluationPath.ToString()
                      let at = detail.InstanceLocation.ToString() is { Length: > 0 } pointer ? pointer : "the whole"
                      select path.EndsWith("Properties", StringComparison.Ordinal) ? $"{at}: is not described" : $"{at}: {error.Key} {error.Value}").ToList();
        return faults.Count == 0 ? ["the whole: fits several of oneOf"]
            : faults.Count <= FaultsShown ? faults : [.. faults.Take(FaultsShown), $"… and {faults.Count - FaultsShown} more"];
    }

    /// <summary>What a local reference (<c>#/components/…</c>) leads to; anything else is itself.</summary>
    public JsonElement Resolve(JsonElement value)
    {
        while (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("$ref", out var reference))
        {
            value = At(reference.GetString()!);
        }

        return value;
    }

    /// <summary>The names of an object's members, those that it takes from others among them.</summary>
    public IEnumerable<string> MembersOf(JsonElement schema)
    {
        var resolved = Resolve(schema);
        var own = resolved.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().Select(x => x.Name) : [];
        return resolved.TryGetProperty("allOf", out var parts) ? own.Concat(parts.EnumerateArray().SelectMany(MembersOf)) : own;
    }

    private JsonElement At(string reference)
    {
        Assert.StartsWith("#/", reference, StringComparison.Ordinal);
        var found = _document;
        foreach (var step in reference[2..].Split('/'))
        {
            found = found.TryGetProperty(step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out var next)
                ? next : throw new KeyNotFoundException($"{reference} leads nowhere.");
        }

        return found;
    }

    private JsonSchema Build(JsonNode schema)
    {
        // Building writes into the registry, which JsonSchema.Net keeps in a plain dictionary: two at once lose each other's schemas.
        lock (_building)
        {
            return JsonSchema.FromText(schema.ToJsonString(), _options);
        }
    }

    /// <summary>A schema that refuses members that are not described.</summary>
    /// <param name="schema">As it is described.</param>
    /// <param name="isOpen">It is one part of several (<c>allOf</c>), and the members of the others are none of its business.</param>
    private static JsonObject Closed(JsonElement schema, bool isOpen)
    {
        var closed = new JsonObject();
        foreach (var keyword in schema.EnumerateObject())
        {
            closed[keyword.Name] = keyword.Name switch
            {
                "$ref" => $"{Bundle}#/$defs/{keyword.Value.GetString()!.Split('/')[^1]}{(isOpen ? Open : "")}",
                "allOf" => new JsonArray([.. keyword.Value.EnumerateArray().Select(x => Closed(x, isOpen: true))]),
                "oneOf" or "anyOf" => new JsonArray([.. keyword.Value.EnumerateArray().Select(x => Closed(x, isOpen))]),
                "properties" => new JsonObject(keyword.Value.EnumerateObject()
                    .Select(x => KeyValuePair.Create(x.Name, (JsonNode?)Closed(x.Value, isOpen: false)))),
                "items" => Closed(keyword.Value, isOpen: false),
                "additionalProperties" when keyword.Value.ValueKind == JsonValueKind.Object => Closed(keyword.Value, isOpen: false),
                // The end is the end, and not the place before a last line feed, as .NET has it.
                "pattern" when keyword.Value.GetString()!.EndsWith('$') => keyword.Value.GetString() + @"(?!\n)",
                _ => JsonNode.Parse(keyword.Value.GetRawText()),
            };
        }

        closed.Remove("discriminator"); // Tells generators which branch to take; oneOf proves it.
        if (!isOpen && (closed.ContainsKey("properties") || closed.ContainsKey("allOf")) && !closed.ContainsKey("additionalProperties"))
        {
            closed["unevaluatedProperties"] = false;
        }

        return closed;
    }
}
