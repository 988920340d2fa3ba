using System.Text.Json;
using Ledger.Facts;
using Ledger.Host;

namespace Ledger.Tests.Host;

/// <summary>One operation of the description.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Path">With its parameters in braces.</param>
/// <param name="Json">The operation object.</param>
internal sealed record Operation(string Method, string Path, JsonElement Json)
{
    public string Id => Json.GetProperty("operationId").GetString()!;

    /// <summary>The scope that it needs, or null where it is open to everyone.</summary>
    public string? Scope => Json.GetProperty("security").EnumerateArray().Select(x => x.GetProperty("bearer")[0].GetString()).SingleOrDefault();

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>The API's description as the service serves it.</summary>
internal sealed class Description
{
    public static readonly Description Served = new();

    private Description()
    {
        // A member that stands twice would be dropped by half of the world's parsers, and refused by the other.
        Document = JsonDocument.Parse(ApiDescription.Document, new JsonDocumentOptions { AllowDuplicateProperties = false }).RootElement;
        Schemas = new DescribedSchemas(Document);
        Operations = [.. from path in Document.GetProperty("paths").EnumerateObject()
                         from method in path.Value.EnumerateObject()
                         select new Operation(method.Name.ToUpperInvariant(), path.Name, method.Value)];
    }

    public JsonElement Document { get; }

    public DescribedSchemas Schemas { get; }

    public IReadOnlyList<Operation> Operations { get; }

    /// <summary>The operation that a request asks for, or null where there is none.</summary>
    public Operation? Find(string method, string path)
    {
        var segments = SegmentsOf(path);
        return Operations.Where(x => x.Method == method && Fits(x.Path, segments))
            .MinBy(x => x.Path.Count(c => c == '{')); // What is spelled out goes before what is a parameter.
    }

    /// <summary>The parameters of an operation, resolved.</summary>
    public IEnumerable<JsonElement> ParametersOf(Operation operation) =>
        operation.Json.TryGetProperty("parameters", out var list) ? list.EnumerateArray().Select(Schemas.Resolve) : [];

    /// <summary>A component by its kind and name.</summary>
    public JsonElement Component(string kind, string name) => Document.GetProperty("components").GetProperty(kind).GetProperty(name);

    /// <summary>Examples of a media type: its <c>example</c>, or those of <c>examples</c>.</summary>
    public IEnumerable<JsonElement> ExamplesOf(JsonElement content)
    {
        if (content.TryGetProperty("example", out var one))
        {
            yield return one;
        }

        if (content.TryGetProperty("examples", out var several))
        {
            foreach (var named in several.EnumerateObject())
            {
                yield return Schemas.Resolve(named.Value).GetProperty("value");
            }
        }
    }

    /// <summary>Every media type that an operation takes or answers with.</summary>
    public IEnumerable<(bool IsRequest, string Status, string MediaType, JsonElement Content)> ContentsOf(Operation operation)
    {
        if (operation.Json.TryGetProperty("requestBody", out var body))
        {
            foreach (var content in body.GetProperty("content").EnumerateObject())
            {
                yield return (true, "", content.Name, content.Value);
            }
        }

        foreach (var response in operation.Json.GetProperty("responses").EnumerateObject())
        {
            if (Schemas.Resolve(response.Value).TryGetProperty("content", out var contents))
            {
                foreach (var content in contents.EnumerateObject())
                {
                    yield return (false, response.Name, content.Name, content.Value);
                }
            }
        }
    }

    private static bool Fits(string template, List<string> segments)
    {
        var steps = template.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return steps.Length == segments.Count
            && steps.Zip(segments).All(x => x.First.StartsWith('{') ? x.Second.Length > 0 : x.First.Equals(x.Second, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A path's segments as the server reads them: dots are steps, and a slash at the end says nothing.</summary>
    private static List<string> SegmentsOf(string path)
    {
        var segments = new List<string>();
        foreach (var segment in path.Split('/')[1..])
        {
            switch (Uri.UnescapeDataString(segment))
            {
                case ".":
                    break;
                case "..":
                    segments.RemoveRange(Math.Max(0, segments.Count - 1), Math.Min(1, segments.Count));
                    break;
                default:
                    segments.Add(Uri.UnescapeDataString(segment));
                    break;
            }
        }

        if (segments is [.., ""])
        {
            segments.RemoveAt(segments.Count - 1);
        }

        return segments;
    }
}
