namespace Ledger.EmbeddedPostgres;

/// <summary>
/// Makes a cluster at the first start: initdb fills a folder beside it, which is then renamed. This guarantees that an existing cluster is
/// complete, whenever a start was killed.
/// </summary>
internal static class NewCluster
{
    /// <summary>Makes the cluster.</summary>
    /// <exception cref="EmbeddedPostgresException">initdb failed; the message has its output.</exception>
    public static async Task MakeAsync(ClusterHome home, PostgresPrograms programs, Action<string> print, CancellationToken cancel)
    {
        print($"Preparing a new database in {home.Cluster}.");
        if (Directory.Exists(home.UnfinishedCluster))
        {
            // initdb of a killed service may still run.
            await RunningCluster.StopAsync(home.UnfinishedCluster, cancel);
            Directory.Delete(home.UnfinishedCluster, recursive: true);
        }

        // PostgreSQL's user may not write into the home, so that it cannot replace files that root writes.
        Directory.CreateDirectory(home.UnfinishedCluster, Permissions.OwnerOnly);
        await home.Account.OwnAsync(home.UnfinishedCluster, cancel);
        using var initdb = GuardedProcess.Run(
            home.Account, home.StartLog, programs.Initdb,
            [
                "-D", home.UnfinishedCluster, "-U", ServerSettings.Superuser, "--auth-local=peer", "--auth-host=scram-sha-256",
                "--data-checksums", "--no-instructions", "--encoding=UTF8", .. Collation(programs.Major)
            ]);
        try
        {
            await initdb.EndAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            await initdb.StopAsync();
            throw;
        }

        if (initdb.ExitCode != 0)
        {
            throw new EmbeddedPostgresException(
                $"PostgreSQL {programs.Version} could not prepare a new database in {home.Cluster}. It said:\n"
                + $"{await home.LogEndAsync()}\nPut that right, or choose another data folder with --data DIR. "
                + EmbeddedPostgresException.OrConnect);
        }

        // Before the rename: an existing cluster has its build note.
        await File.WriteAllTextAsync(home.BuildNote, $"{programs.Build}, {programs.BinFolder}\n", cancel);
        Directory.Move(home.UnfinishedCluster, home.Cluster);
    }

    /// <summary>
    /// Arguments for a collation by bytes, which is the same on every machine: an update of the system's locale data would otherwise
    /// corrupt indexes. The character types are Unicode's, so that lower() covers more than ASCII.
    /// </summary>
    private static string[] Collation(int major) =>
        major >= 17 ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        : OperatingSystem.IsMacOS() ? ["--locale=C"]
        : ["--locale=C", "--lc-ctype=C.UTF-8"];
}
