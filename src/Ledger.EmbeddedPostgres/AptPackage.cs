namespace Ledger.EmbeddedPostgres;

/// <summary>
/// Debian's and Ubuntu's package, installed by root with nobody there to ask. It would make a cluster of the system's own and start it,
/// which takes port 5432 and nobody looks after: while it is installed, a drop-in says otherwise, and nothing may be started.
/// </summary>
internal static class AptPackage
{
    /// <summary>Read by the package while it is configured. Taken away afterwards: a later version makes its cluster as usual.</summary>
    private const string NoCluster = "/etc/postgresql-common/createcluster.d/ledger.conf";

    /// <summary>Run by Debian before any service is started; one that is there is the machine's own, and stays.</summary>
    private const string StartPolicy = "/usr/sbin/policy-rc.d";

    /// <summary>The package of a major version, or of the one that the system ships.</summary>
    public static string Name(int? major) => major is null ? "postgresql" : $"postgresql-{major}";

    /// <exception cref="IOException">apt-get refused; the message is one line of its own.</exception>
    public static async Task InstallAsync(string aptGet, int? major, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(NoCluster)!);
        await File.WriteAllTextAsync(
            NoCluster, "# Left behind by a killed installation of PostgreSQL by Ledger; delete it.\ncreate_main_cluster = false\n", cancel);
        var ownPolicy = !File.Exists(StartPolicy);
        try
        {
            if (ownPolicy)
            {
                // Left behind by a kill, it forbids nothing.
                await File.WriteAllTextAsync(StartPolicy, $"""
                    #!/bin/sh
                    # Nothing is started while Ledger installs PostgreSQL.
                    kill -0 {Environment.ProcessId} 2>/dev/null && exit 101
                    exit 0

                    """, cancel);
                File.SetUnixFileMode(StartPolicy, Permissions.OthersRead);
            }

            // Lists that cannot be brought up to date may still do; what they lack, the installation says.
            await Downloads.RunAsync(aptGet, ["update", "-qq"], "/", cancel);
            var installed = await Downloads.RunAsync(
                aptGet, ["install", "-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120", Name(major)], "/", cancel);
            if (installed.ExitCode != 0)
            {
                throw new IOException(installed.Reason(aptGet));
            }
        }
        finally
        {
            File.Delete(NoCluster);
            if (ownPolicy)
            {
                File.Delete(StartPolicy);
            }
        }
    }
}
