using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ledger.Problems;
using Ledger.Vocabulary;

namespace Ledger.Web;

/// <summary>Says what is wrong with a body that the serializer has refused, by the members and types of what it is read as, in the body's
/// own order: the first member that is not known, or whose value is of another type, is named with the type that is asked and the one
/// that came.</summary>
public static class MemberTypes
{
    /// <summary>Checks a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="type">What it is read as.</param>
    /// <param name="options">The options that it is read with.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="name">The name of its member; of an item that of its list.</param>
    /// <exception cref="ProblemException">400.</exception>
    public static void Check(JsonElement value, JsonTypeInfo type, JsonSerializerOptions options, string place = "", string name = "")
    {
        // Null says the same as absent, but for an item of a list of what cannot be absent.
        if (value.ValueKind == JsonValueKind.Null && (!type.Type.IsValueType || Nullable.GetUnderlyingType(type.Type) is not null))
        {
            return;
        }

        if (WhyNot(value, type, name) is { } why)
        {
            throw StrictJson.Fault("wrongType", place, why);
        }

        if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            var index = 0;
            foreach (var item in value.EnumerateArray())
            {
                Check(item, options.GetTypeInfo(type.ElementType!), options, $"{place}/{index++}", name);
            }
        }
        else if (type.Kind == JsonTypeInfoKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                var at = place + StrictJson.PointerTo(member.Name);
                var known = type.Properties.FirstOrDefault(x => x.Name == member.Name)
                    ?? throw StrictJson.Fault("unknownMember", at, WhyUnknown(member.Name, type));
                Check(member.Value, options.GetTypeInfo(known.PropertyType), options, at, member.Name);
            }
        }
    }

    private static string WhyUnknown(string name, JsonTypeInfo type)
    {
        const string rule = "No member of this name is known here; a typo must not lose a fact.";
        var meant = type.Properties.FirstOrDefault(x => x.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return meant is null ? rule : $"{rule} Members are spelled with their capitals: {meant.Name}.";
    }

    private static string? WhyNot(JsonElement value, JsonTypeInfo type, string name)
    {
        var asked = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        var came = value.ValueKind;
        if (asked == typeof(string))
        {
            return came == JsonValueKind.String ? null : came == JsonValueKind.Number ? Quoted(value, name)
                : $"A text, not {Words(came)}.";
        }

        if (asked == typeof(bool))
        {
            return came is JsonValueKind.True or JsonValueKind.False ? null : $"true or false, without quotation marks, not {Words(came)}.";
        }

        if (asked == typeof(long) || asked == typeof(int))
        {
            return WhyNotWhole(value, asked == typeof(int) ? int.MaxValue : long.MaxValue);
        }

        if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            return came == JsonValueKind.Array ? null : $"A list, in brackets, not {Words(came)}.";
        }

        var members = string.Join(", ", type.Properties.Select(x => x.Name).Take(7));
        return came == JsonValueKind.Object ? null : name.Length == 0 ? "The body is a JSON object."
            : $"An object with members such as {members}, not {Words(came)}.";
    }

    private static string Quoted(JsonElement number, string name) => number.GetRawText() is var literal && literal.Length > 30
        ? "A text, in quotation marks, not a number."
        : name == "amount" ? $"Amounts are texts, so that no fraction is lost: \"{literal}\", not a number."
        : $"A text, not a number: write \"{literal}\".";

    private static string? WhyNotWhole(JsonElement value, long most)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return Digits.TryParse(value.GetString()!, out var meant)
                ? $"A whole number, not a text: write {meant} without quotation marks."
                : "A whole number, not a text.";
        }

        if (value.ValueKind != JsonValueKind.Number)
        {
            return $"A whole number, not {Words(value.ValueKind)}.";
        }

        var literal = value.GetRawText();
        var shown = literal.Length <= 30 ? literal : "this number";
        return !WholeNumber.IsWhole(System.Text.Encoding.ASCII.GetBytes(literal), out var whole, out var fits)
            ? $"A whole number: {shown} has a fraction."
            : fits && whole <= most && whole >= -most ? null : $"Out of range: {shown} is beyond every number that is asked here.";
    }

    /// <summary>A kind of value, in words.</summary>
    public static string Words(JsonValueKind kind) => kind switch
    {
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Array => "a list",
        JsonValueKind.Null => "null",
        _ => "an object",
    };
}
