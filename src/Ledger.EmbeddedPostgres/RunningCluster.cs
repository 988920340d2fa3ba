using System.Diagnostics;
using System.Globalization;

namespace Ledger.EmbeddedPostgres;

/// <summary>
/// Finds and stops PostgreSQL processes on a cluster that have no guard: at a start after guard and service were killed together, and at a
/// stop after the guard was killed.
/// <para>
/// A PostgreSQL that was left behind is stopped and started again, which takes about a second, not taken over: only a child of a guard
/// ends with the service, its settings are those of an earlier start, and its program may have been replaced since.
/// </para>
/// <para>
/// A process is PostgreSQL on this cluster if its program is named postgres and its working folder is the cluster. PostgreSQL's
/// postmaster.pid is only a hint, since the kernel may have given its process id to another program.
/// </para>
/// </summary>
internal static class RunningCluster
{
    private const string Postgres = "postgres";

    /// <summary>Stops every PostgreSQL process on the cluster, and removes a postmaster.pid that would prevent a start.</summary>
    /// <returns>The process id of a postmaster that was found; null where none was.</returns>
    /// <exception cref="EmbeddedPostgresException">It does not stop.</exception>
    public static async Task<int?> StopAsync(string cluster, CancellationToken cancel)
    {
        // Without /proc (macOS) nothing can be found, and PostgreSQL's own check of postmaster.pid applies.
        if (!Directory.Exists("/proc/self"))
        {
            return null;
        }

        var postmasterFile = Path.Combine(cluster, "postmaster.pid");
        var noted = ReadProcessId(postmasterFile);
        var found = Processes(cluster);
        if (found.Count == 0)
        {
            // PostgreSQL removes a stale file itself, unless a process has that id: it does not check which program that runs.
            if (noted is { } number && Directory.Exists($"/proc/{number}"))
            {
                File.Delete(postmasterFile);
            }

            return null;
        }

        // Children without a postmaster end by themselves, and are only waited for.
        int? postmaster = noted is { } pid && found.Contains(pid) ? pid : null;
        var since = Stopwatch.StartNew();
        var sent = "";
        while (found.Count > 0)
        {
            // INT: fast shutdown, which rolls back and writes a checkpoint. QUIT: immediate shutdown; the next start recovers.
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

            // The link of a program that was replaced while it runs ends in " (deleted)".
            if (Target($"{folder}/cwd") == cluster && Path.GetFileName(Target($"{folder}/exe"))?.Split(' ')[0] == Postgres)
            {
                found.Add(pid);
            }
        }

        return found;

        // Null for a process that has just ended, or of another user: neither is on this cluster.
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
