namespace Ledger.EmbeddedPostgres;

/// <summary>
/// Installs Debian's and Ubuntu's package as root, without questions. The package would make and start a cluster of the system's own on
/// port 5432, which nobody administers; during the installation a drop-in prevents the cluster, and a policy the start of services.
/// </summary>
internal static class AptPackage
{
    /// <summary>Drop-in that the package reads when it is configured. Deleted afterwards: a later version makes its cluster as
    /// usual.</summary>
    private const string NoCluster = "/etc/postgresql-common/createcluster.d/ledger.conf";

    /// <summary>Script that Debian runs before it starts a service. An existing one is the machine's own, and is not replaced.</summary>
    private const string StartPolicy = "/usr/sbin/policy-rc.d";

    /// <summary>Name of the package of a major version; null: of the version that the system ships.</summary>
    public static string Name(int? major) => major is null ? "postgresql" : $"postgresql-{major}";

    /// <summary>Installs the package.</summary>
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
                // It denies starts only while this process runs: left behind by a kill, it has no effect.
                await File.WriteAllTextAsync(StartPolicy, $"""
                    #!/bin/sh
                    # Nothing is started while Ledger installs PostgreSQL.
                    kill -0 {Environment.ProcessId} 2>/dev/null && exit 101
                    exit 0

                    """, cancel);
                File.SetUnixFileMode(StartPolicy, Permissions.OthersRead);
            }

            // A failed update is not an error: the present lists may suffice, and otherwise the installation fails.
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
