using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Ledger.Host;

/// <summary>Reads a file of the API's description: YAML 1.2 (core schema), with anchors, merge keys (<c>&lt;&lt;</c>, of which what stands
/// in the mapping itself goes first) and markers, the local tags that stand for something of the code.</summary>
/// <param name="name">Of the file, for messages.</param>
/// <param name="markers">What each local tag makes of what it stands at; the key has its exclamation mark.</param>
internal sealed partial class DescriptionYaml(string name, IReadOnlyDictionary<string, Func<JsonNode?, JsonNode>> markers)
{
    private const string MergeKey = "<<";

    /// <summary>The file as JSON.</summary>
    /// <exception cref="DescriptionException">It is no YAML, no mapping, or has a marker that names nothing.</exception>
    public JsonObject Read(string yaml)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException fault)
        {
            throw new DescriptionException($"{name}, line {fault.Start.Line}: {fault.Message}", fault);
        }

        return stream.Documents is [{ RootNode: YamlMappingNode root }] ? Mapping(root)
            : throw new DescriptionException($"{name}: one mapping was expected.");
    }

    private JsonNode? Node(YamlNode node)
    {
        JsonNode? read = node switch
        {
            YamlMappingNode mapping => Mapping(mapping),
            YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Node)]),
            YamlScalarNode scalar => Scalar(scalar),
            _ => throw Fault(node, "There is no such node in JSON."),
        };
        if (node.Tag.IsEmpty || node.Tag.IsNonSpecific)
        {
            return read;
        }

        try
        {
            return markers.TryGetValue(node.Tag.Value, out var marker) ? marker(read)
                : throw Fault(node, $"There is no marker {node.Tag.Value}.");
        }
        catch (KeyNotFoundException fault)
        {
            throw Fault(node, $"{node.Tag.Value} names nothing: {fault.Message}");
        }
    }

    private JsonObject Mapping(YamlMappingNode mapping)
    {
        var read = new JsonObject();
        foreach (var (key, value) in mapping.Children)
        {
            if (((YamlScalarNode)key).Value == MergeKey)
            {
                foreach (var merged in value is YamlSequenceNode several ? several.Children : [value])
                {
                    foreach (var (member, shared) in Mapping((YamlMappingNode)merged).ToArray())
                    {
                        read[member] = shared?.DeepClone();
                    }
                }
            }
        }

        foreach (var (key, value) in mapping.Children)
        {
            if (((YamlScalarNode)key).Value is { } member and not MergeKey)
            {
                read[member] = Node(value);
            }
        }

        return read;
    }

    private static JsonValue? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value!;
        if (scalar.Style != ScalarStyle.Plain)
        {
            return JsonValue.Create(text);
        }

        return text switch
        {
            "null" or "~" or "" => null,
            "true" => JsonValue.Create(true),
            "false" => JsonValue.Create(false),
            _ when WholeNumber().IsMatch(text) => JsonValue.Create(long.Parse(text, CultureInfo.InvariantCulture)),
            _ when Fraction().IsMatch(text) => JsonValue.Create(decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)),
            _ => JsonValue.Create(text),
        };
    }

    private DescriptionException Fault(YamlNode node, string what) => new($"{name}, line {node.Start.Line}: {what}");

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)\z")]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)\.[0-9]+\z")]
    private static partial Regex Fraction();
}
