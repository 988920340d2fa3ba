using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ledger.Facts;

namespace Ledger.Tests.Hosting;

/// <summary>Validates JSON against the part of JSON Schema 2020-12 that the API's description uses. A keyword that it does not know is
/// an error, so that nothing in the description only looks as if it were enforced.</summary>
/// <remarks>NJsonSchema was tried and found wanting: it ignores what stands beside a <c>$ref</c>, <c>const</c> and duplicate members,
/// takes a bare day for a date-time, lets <c>$</c> match before a last line feed, and counts UTF-16 units as characters.</remarks>
internal sealed class SchemaCheck(JsonElement document)
{
    private const int FaultsShown = 8;

    private static readonly ConcurrentDictionary<string, Regex> s_patterns = new(StringComparer.Ordinal);

    /// <summary>What is wrong with <paramref name="value"/>, each fault with a JSON Pointer to it; none: it is an instance.</summary>
    public IReadOnlyList<string> Faults(JsonElement schema, JsonElement value)
    {
        var faults = new List<string>();
        Check(schema, value, "", faults);
        return faults.Count <= FaultsShown ? faults : [.. faults.Take(FaultsShown), $"… and {faults.Count - FaultsShown} more"];
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

    private JsonElement At(string reference)
    {
        Assert.StartsWith("#/", reference, StringComparison.Ordinal);
        var found = document;
        foreach (var step in reference[2..].Split('/'))
        {
            found = found.TryGetProperty(step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out var next)
                ? next : throw new KeyNotFoundException($"{reference} leads nowhere.");
        }

        return found;
    }

    private void Check(JsonElement schema, JsonElement value, string at, List<string> faults)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            CheckKeyword(schema, keyword.Name, keyword.Value, value, at, faults);
        }
    }

    private void CheckKeyword(JsonElement schema, string keyword, JsonElement rule, JsonElement value, string at, List<string> faults)
    {
        void Unless(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add($"{(at.Length == 0 ? "the whole" : at)}: {fault}");
            }
        }

        switch (keyword)
        {
            case "description" or "title" or "examples" or "default":
                break;
            case "$ref":
                Check(At(rule.GetString()!), value, at, faults);
                break;
            case "type":
                Unless(rule.ValueKind == JsonValueKind.String ? IsOf(rule.GetString()!, value) : rule.EnumerateArray().Any(x => IsOf(x.GetString()!, value)),
                    $"{Shown(value)} is not of type {rule}");
                break;
            case "enum":
                Unless(rule.EnumerateArray().Any(x => JsonElement.DeepEquals(x, value)), $"{Shown(value)} is none of {rule}");
                break;
            case "oneOf":
                var branches = rule.EnumerateArray().Select(x => Faults(x, value)).ToList();
                Unless(branches.Count(x => x.Count == 0) == 1, $"{branches.Count(x => x.Count == 0)} of the {branches.Count} in oneOf fit: "
                    + string.Join(" | ", branches.Select(x => string.Join("; ", x))));
                break;
            case "pattern" or "format" or "minLength" or "maxLength" when value.ValueKind == JsonValueKind.String:
                CheckText(keyword, rule, value.GetString()!, Unless);
                break;
            case "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" when value.ValueKind == JsonValueKind.Number:
                CheckNumber(keyword, rule.GetDecimal(), value, Unless);
                break;
            case "items" when value.ValueKind == JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    Check(rule, item, $"{at}/{index++}", faults);
                }

                break;
            case "minItems" or "maxItems" or "uniqueItems" when value.ValueKind == JsonValueKind.Array:
                CheckItems(keyword, rule, value, Unless);
                break;
            case "properties" when value.ValueKind == JsonValueKind.Object:
                CheckMembers(rule, value, at, faults, Unless);
                break;
            case "required" when value.ValueKind == JsonValueKind.Object:
                foreach (var name in rule.EnumerateArray())
                {
                    Unless(value.TryGetProperty(name.GetString()!, out _), $"lacks {name}");
                }

                break;
            case "additionalProperties" when value.ValueKind == JsonValueKind.Object:
                Assert.Equal(JsonValueKind.False, rule.ValueKind);
                foreach (var member in value.EnumerateObject())
                {
                    Unless(schema.TryGetProperty("properties", out var known) && known.TryGetProperty(member.Name, out _), $"has an unknown member {member.Name}");
                }

                break;
            case "pattern" or "format" or "minLength" or "maxLength" or "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum"
                or "items" or "minItems" or "maxItems" or "uniqueItems" or "properties" or "required" or "additionalProperties":
                break; // Says nothing about a value of another type.
            default:
                throw new NotSupportedException($"The schema keyword '{keyword}' is not enforced: teach it to SchemaCheck, or leave it out.");
        }
    }

    private void CheckMembers(JsonElement properties, JsonElement value, string at, List<string> faults, Action<bool, string> unless)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            unless(seen.Add(member.Name), $"has the member {member.Name} twice");
            if (properties.TryGetProperty(member.Name, out var schema))
            {
                Check(schema, member.Value, $"{at}/{member.Name}", faults);
            }
        }
    }

    private static void CheckText(string keyword, JsonElement rule, string text, Action<bool, string> unless)
    {
        var length = text.EnumerateRunes().Count();
        switch (keyword)
        {
            case "pattern":
                unless(PatternOf(rule.GetString()!).IsMatch(text), $"'{text}' does not match {rule}");
                break;
            case "minLength":
                unless(length >= rule.GetInt32(), $"has {length} characters, fewer than {rule}");
                break;
            case "maxLength":
                unless(length <= rule.GetInt32(), $"has {length} characters, more than {rule}");
                break;
            default:
                unless(IsOfFormat(rule.GetString()!, text), $"'{text}' is no {rule}");
                break;
        }
    }

    private static void CheckNumber(string keyword, decimal bound, JsonElement value, Action<bool, string> unless)
    {
        // What no decimal holds is beyond every bound that a description names.
        var number = value.TryGetDecimal(out var exact) ? exact : value.GetDouble() > 0 ? decimal.MaxValue : decimal.MinValue;
        unless(keyword switch
        {
            "minimum" => number >= bound,
            "maximum" => number <= bound,
            "exclusiveMinimum" => number > bound,
            _ => number < bound,
        }, $"{value} breaks {keyword} {bound}");
    }

    private static void CheckItems(string keyword, JsonElement rule, JsonElement value, Action<bool, string> unless)
    {
        var count = value.GetArrayLength();
        switch (keyword)
        {
            case "minItems":
                unless(count >= rule.GetInt32(), $"has {count} items, fewer than {rule}");
                break;
            case "maxItems":
                unless(count <= rule.GetInt32(), $"has {count} items, more than {rule}");
                break;
            default:
                unless(!rule.GetBoolean() || value.EnumerateArray().Select(x => x.GetRawText()).Distinct(StringComparer.Ordinal).Count() == count, "has an item twice");
                break;
        }
    }

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number == decimal.Truncate(number),
        _ => throw new NotSupportedException($"There is no type '{type}'."),
    };

    private static bool IsOfFormat(string format, string text) => format switch
    {
        "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        "date-time" => PatternOf(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$").IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        // A path is an absolute URI to .NET on Unix, and to nobody else.
        "uri" => PatternOf(@"^[A-Za-z][A-Za-z0-9+.-]*:[^\s]*$").IsMatch(text) && Uri.TryCreate(text, UriKind.Absolute, out _),
        _ => throw new NotSupportedException($"The format '{format}' is not enforced: teach it to SchemaCheck, or leave it out."),
    };

    /// <summary>A pattern as ECMA-262 reads it: <c>\d</c> is ASCII, and <c>$</c> is the end, not the place before a last line feed.</summary>
    private static Regex PatternOf(string pattern) => s_patterns.GetOrAdd(pattern, static text =>
    {
        var mended = new StringBuilder(text.Length + 2);
        var inClass = false;
        for (var i = 0; i < text.Length; i++)
        {
            inClass = text[i] switch { '[' => true, ']' => false, _ => inClass };
            if (text[i] == '\\')
            {
                mended.Append(text[i++]).Append(text[i]);
            }
            else
            {
                mended.Append(text[i] == '$' && !inClass ? @"(?!\n)$" : text[i]);
            }
        }

        return new Regex(mended.ToString(), RegexOptions.ECMAScript, TimeSpan.FromSeconds(1));
    });

    private static string Shown(JsonElement value) => value.GetRawText() is { Length: > 60 } text ? text[..60] + "…" : value.GetRawText();
}
