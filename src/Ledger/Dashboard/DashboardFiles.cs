using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Ledger.Web;

namespace Ledger.Dashboard;

/// <summary>The files of the dashboard, which are part of the program: named by a hash of them all, so that a browser keeps them for ever
/// and never mixes two versions, and compressed once.</summary>
public sealed partial class DashboardFiles
{
    private const string Prefix = "Dashboard/";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8", [".css"] = "text/css; charset=utf-8", [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, ServedFile> _files;
    private readonly FrozenDictionary<string, ServedFile> _pages;

    public DashboardFiles()
    {
        var sources = ReadAll();
        Version = VersionOf(sources);
        _files = sources.Where(x => x.Key != "index.html").ToFrozenDictionary(
            x => x.Key, x => ServedFile.Of(Types[Path.GetExtension(x.Key)], x.Value), StringComparer.Ordinal);
        var index = Encoding.UTF8.GetString(sources["index.html"]);
        _pages = DashboardPages.Modules.ToFrozenDictionary(x => x, x => ServedFile.Of(Types[".html"],
            Encoding.UTF8.GetBytes(index.Replace("{preload}", PreloadsOf(x, sources), StringComparison.Ordinal)
                .Replace("{assets}", $"/assets/{Version}", StringComparison.Ordinal))), StringComparer.Ordinal);
    }

    /// <summary>A hash of all files: part of their addresses.</summary>
    public string Version { get; }

    /// <summary>The file of a path below <c>/assets/{version}/</c>; null where there is none.</summary>
    public ServedFile? Find(string path) => _files.GetValueOrDefault(path);

    /// <summary>The document that draws a page: one for all but for the modules that it has the browser fetch at once.</summary>
    public ServedFile Page(string module) => _pages[module];

    private static Dictionary<string, byte[]> ReadAll()
    {
        var assembly = typeof(DashboardFiles).Assembly;
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(x => x.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            files.Add(name[Prefix.Length..].Replace('\\', '/'), memory.ToArray());
        }

        return files;
    }

    private static string VersionOf(Dictionary<string, byte[]> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, bytes) in files.OrderBy(x => x.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n{bytes.Length}\n"));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    /// <summary>The modules that a page imports, at any number of steps: asked for at once, they cost one round trip instead of one each
    /// step.</summary>
    private static string PreloadsOf(string module, Dictionary<string, byte[]> files)
    {
        var found = new List<string>();
        var open = new Stack<string>(["js/app.js", $"js/pages/{module}.js"]);
        while (open.TryPop(out var file))
        {
            if (found.Contains(file))
            {
                continue;
            }

            found.Add(file);
            foreach (Match import in ImportOf().Matches(Encoding.UTF8.GetString(files[file])))
            {
                open.Push(new Uri(new Uri($"http://dashboard/{file}"), import.Groups[1].Value).AbsolutePath[1..]);
            }
        }

        return string.Join('\n', found.Where(x => x != "js/app.js").Order(StringComparer.Ordinal)
            .Select(x => $"<link rel=\"modulepreload\" href=\"{{assets}}/{x}\">"));
    }

    [GeneratedRegex("""^(?:import|\} from|export .* from) .*?'(\.[^']+)';""", RegexOptions.Multiline)]
    private static partial Regex ImportOf();
}

/// <summary>A file as it is sent.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="Body">Its bytes.</param>
public sealed record ServedFile(string ContentType, EncodedBody Body)
{
    internal static ServedFile Of(string contentType, byte[] bytes) =>
        new(contentType, new EncodedBody(bytes, CompressionLevel.SmallestSize));
}
