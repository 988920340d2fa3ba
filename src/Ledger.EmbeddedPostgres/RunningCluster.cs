using System.Diagnostics;
using System.Globalization;

namespace Ledger.EmbeddedPostgres;

/// <summary>
/// Finds what runs on a cluster, and stops it. Two readers: a start after a crash that took guard and service at once, where PostgreSQL may
/// still run; and a stop whose guard is gone.
/// <para>
/// What was left behind is stopped and started again, not taken over: only a child of our guard is stopped with the service, its settings
/// are those of an older start, and its program may have been replaced since. It costs about a second.
/// </para>
/// <para>
/// A process is PostgreSQL on this cluster if it runs a program named postgres and its working folder is the cluster: PostgreSQL's own
/// postmaster.pid is only a hint, since its number may meanwhile belong to any other process.
/// </para>
/// </summary>
internal static class RunningCluster
{
    private const string Postgres = "postgres";

    /// <summary>Stops whatever runs on the cluster and removes a postmaster.pid that would keep PostgreSQL from starting.</summary>
    /// <returns>The number of the process that was found, if one was.</returns>
    /// <exception cref="EmbeddedPostgresException">It cannot be stopped.</exception>
    public static async Task<int?> StopAsync(string cluster, CancellationToken cancel)
    {
        // Without it (macOS) nothing is found, and PostgreSQL's own check of postmaster.pid decides.
        if (!Directory.Exists("/proc/self"))
        {
            return null;
        }

        var postmasterFile = Path.Combine(cluster, "postmaster.pid");
        var noted = ReadProcessId(postmasterFile);
        var found = Processes(cluster);
        if (found.Count == 0)
        {
            // PostgreSQL removes its own stale file, except when a living process has the number: it does not look what that one is.
            if (noted is { } number && Directory.Exists($"/proc/{number}"))
            {
                File.Delete(postmasterFile);
            }

            return null;
        }

        // Without the postmaster its children end by themselves; they only have to be waited for.
        int? postmaster = noted is { } pid && found.Contains(pid) ? pid : null;
        var since = Stopwatch.StartNew();
        var sent = "";
        while (found.Count > 0)
        {
            // Fast: transactions are rolled back and everything is written; immediate: the next start recovers.
            var due = since.Elapsed < GuardedProcess.FastWithin ? "INT"
                : since.Elapsed < GuardedProcess.FastWithin + TimeSpan.FromSeconds(10) ? "QUIT"
                : "KILL";
            if (due != sent && postmaster is { } target && found.Contains(target))
            {
                await OsAccount.SignalAsync(target, due);
            }

            foreach (var process in due == "KILL" ? found : [])
            {
                await OsAccount.SignalAsync(process, due);
            }

            sent = due;
            if (since.Elapsed > GuardedProcess.FastWithin + TimeSpan.FromSeconds(20))
            {
                throw new EmbeddedPostgresException(
                    $"PostgreSQL (process {string.Join(", ", found)}) still runs on {cluster} and does not stop. "
                    + "Look at what it waits for, end it, and start the service again.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), cancel);
            found = Processes(cluster);
        }

        return postmaster ?? noted;
    }

    /// <summary>The PostgreSQL processes whose working folder is the cluster.</summary>
    private static HashSet<int> Processes(string cluster)
    {
        var found = new HashSet<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                continue;
            }

            // A program that was replaced by an update while it runs is shown as "… (deleted)".
            if (Target($"{folder}/cwd") == cluster && Path.GetFileName(Target($"{folder}/exe"))?.Split(' ')[0] == Postgres)
            {
                found.Add(pid);
            }
        }

        return found;

        // Processes end while we look, and those of other users do not show us their folder: neither is ours.
        static string? Target(string link)
        {
            try
            {
                return new FileInfo(link).LinkTarget;
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    private static int? ReadProcessId(string postmasterFile)
    {
        try
        {
            var first = File.ReadLines(postmasterFile).FirstOrDefault();
            return int.TryParse(first, CultureInfo.InvariantCulture, out var pid) && pid > 1 ? pid : null;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
