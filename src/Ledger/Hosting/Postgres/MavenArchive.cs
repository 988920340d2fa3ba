using MysticMind.PostgresEmbed;

namespace Ledger.Hosting.Postgres;

/// <summary>
/// The last way to PostgreSQL's programs: MysticMind.PostgresEmbed fetches them from a Maven repository and holds them against the digest
/// beside them. Only the programs are taken from it, so that its locale and its settings do not matter: it would run them with fsync off,
/// without passwords on TCP, never for root, and not stop them when it is killed.
/// </summary>
internal static class MavenArchive
{
    /// <summary>A download is about 10 MB.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(5);

    /// <inheritdoc cref="NpmPackage.UnpackAsync"/>
    /// <param name="repository">Where from; the package's own choice if null.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<string> UnpackAsync(Uri? repository, string folder, CancellationToken cancel)
    {
        var options = new PgServerOptions
        {
            PgVersion = ProgramCache.Version,
            DbDir = folder,
            BinariesDir = folder,
            DownloadRetryCount = 1,
        };
        if (repository is not null)
            options = options with { MavenRepo = repository.ToString().TrimEnd('/') };
        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        within.CancelAfter(Within);
        await using var server = new PgServer(options);
        try
        {
            await server.InstallAsync(within.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"the download took longer than {Within.TotalMinutes:0} minutes");
        }
        return server.InstallDir;
    }
}
