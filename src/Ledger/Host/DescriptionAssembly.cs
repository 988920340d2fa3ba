using System.Buffers;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Web;

namespace Ledger.Host;

/// <summary>Puts the API's description together from the files <c>openapi*.yaml</c> of all rooms. A room describes what it serves; what
/// two files say at one place is a fault, so that nothing is overwritten without a word.</summary>
public static class DescriptionAssembly
{
    /// <summary>Members of the whole document, in the order in which a reader expects them; any other is written for the files
    /// alone.</summary>
    private static readonly string[] s_members = ["openapi", "info", "servers", "security", "tags", "paths", "components"];

    /// <summary>The answers that operations share, by what an operation is.</summary>
    private const string SharedAnswers = "x-answers";

    /// <summary>The description from the files that are embedded in this program, as UTF-8 JSON.</summary>
    /// <exception cref="DescriptionException">A file cannot be read, or two do not fit together.</exception>
    public static ReadOnlyMemory<byte> Assemble()
    {
        var program = typeof(DescriptionAssembly).Assembly;
        return Assemble(program.GetManifestResourceNames()
            .Where(x => x.Contains(".openapi.", StringComparison.Ordinal) && x.EndsWith(".yaml", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(x => (x, Text(program, x))));
    }

    /// <summary>The description from these files.</summary>
    /// <param name="files">Name, for messages, and YAML of each.</param>
    /// <exception cref="DescriptionException">A file cannot be read, or two do not fit together.</exception>
    public static ReadOnlyMemory<byte> Assemble(IEnumerable<(string Name, string Yaml)> files)
    {
        var whole = new JsonObject();
        foreach (var (name, yaml) in files)
        {
            Merge(whole, new DescriptionYaml(name, DescriptionMarkers.All).Read(yaml), name, "");
        }

        Answer(whole);
        var written = new ArrayBufferWriter<byte>(256 * 1024);
        using (var writer = new Utf8JsonWriter(written, Json.Writing))
        {
            writer.WriteStartObject();
            foreach (var member in s_members.Where(whole.ContainsKey))
            {
                writer.WritePropertyName(member);
                whole[member]!.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return written.WrittenMemory;
    }

    private static void Merge(JsonObject into, JsonObject from, string file, string at)
    {
        foreach (var (name, value) in from.ToArray())
        {
            from.Remove(name);
            if (!into.TryGetPropertyValue(name, out var held))
            {
                into.Add(name, value);
            }
            else if (held is JsonObject known && value is JsonObject more)
            {
                Merge(known, more, file, $"{at}/{name}");
            }
            else
            {
                throw new DescriptionException($"{file}: {at}/{name} is described in another file already.");
            }
        }
    }

    /// <summary>Writes the shared answers into the operations that do not describe them themselves.</summary>
    private static void Answer(JsonObject whole)
    {
        if (whole[SharedAnswers] is not JsonObject shared)
        {
            return;
        }

        foreach (var (_, methods) in whole["paths"]!.AsObject())
        {
            foreach (var (_, operation) in methods!.AsObject())
            {
                var answers = operation!["responses"]!.AsObject();
                var all = new SortedDictionary<string, JsonNode?>(
                    answers.ToDictionary(x => x.Key, x => x.Value?.DeepClone()), StringComparer.Ordinal);
                foreach (var (when, described) in shared)
                {
                    foreach (var (status, answer) in Applies(when, operation) ? described!.AsObject() : [])
                    {
                        all.TryAdd(status, answer!.DeepClone());
                    }
                }

                operation["responses"] = new JsonObject(all);
            }
        }
    }

    private static bool Applies(string when, JsonNode operation) => when switch
    {
        "every" => true,
        "keyed" => operation["security"]!.AsArray().Count > 0,
        "withBody" => operation["requestBody"] is not null,
        _ => throw new DescriptionException($"{SharedAnswers}/{when} says nothing about which operations it is for."),
    };

    private static string Text(Assembly program, string resource)
    {
        using var reader = new StreamReader(program.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
