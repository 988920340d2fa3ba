namespace Ledger.EmbeddedPostgres;

/// <summary>
/// A first start: initdb, beside the place where the cluster will be, then moved there in one step. So a cluster that is there is complete,
/// whenever a start was killed.
/// </summary>
internal static class NewCluster
{
    /// <exception cref="EmbeddedPostgresException">initdb refused; the message has its own words.</exception>
    public static async Task MakeAsync(ClusterHome home, PostgresPrograms programs, Action<string> print, CancellationToken cancel)
    {
        print($"Preparing a new database in {home.Cluster}.");
        if (Directory.Exists(home.ClusterInTheMaking))
        {
            // The guard of a killed service may not be done yet.
            await RunningCluster.StopAsync(home.ClusterInTheMaking, cancel);
            Directory.Delete(home.ClusterInTheMaking, recursive: true);
        }

        // PostgreSQL's user may not write into the home, so that nothing there can be put in place of what root writes.
        Directory.CreateDirectory(home.ClusterInTheMaking, Permissions.OwnerOnly);
        await home.Account.OwnAsync(home.ClusterInTheMaking, cancel);
        using var initdb = GuardedProcess.Run(
            home.Account, home.StartLog, programs.Initdb,
            [
                "-D", home.ClusterInTheMaking, "-U", ServerSettings.Superuser, "--auth-local=peer", "--auth-host=scram-sha-256",
                "--data-checksums", "--no-instructions", "--encoding=UTF8", .. Ordering(programs.Major)
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

        // Before the move: a cluster that is there has its note.
        await File.WriteAllTextAsync(home.BuildNote, $"{programs.Build}, {programs.BinFolder}\n", cancel);
        Directory.Move(home.ClusterInTheMaking, home.Cluster);
    }

    /// <summary>
    /// Text is ordered by its bytes, the same on every machine and after every update of the system's language data, which would otherwise
    /// corrupt indexes. Letters are still letters: lower() knows more than ASCII.
    /// </summary>
    private static string[] Ordering(int major) =>
        major >= 17 ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        : OperatingSystem.IsMacOS() ? ["--locale=C"]
        : ["--locale=C", "--lc-ctype=C.UTF-8"];
}
