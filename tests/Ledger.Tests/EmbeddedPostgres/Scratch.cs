using System.Diagnostics;
using Ledger.EmbeddedPostgres;
using Npgsql;

namespace Ledger.Tests.EmbeddedPostgres;

/// <summary>A folder of one test, what runs in it, and its end.</summary>
internal sealed class Scratch : IAsyncDisposable
{
    /// <summary>No step here takes longer than seconds, except PostgreSQL's shutdown on a loaded machine.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<Process> started = [];

    public Scratch()
    {
        Folder = Directory.CreateTempSubdirectory("ledger-test-").FullName;
        // As a home or work folder would be: others may pass.
        Chmod("755", Folder);
        bound.CancelAfter(TimeSpan.FromMinutes(3));
    }

    public static bool IsRoot => Environment.UserName == "root";

    public string Folder { get; }

    public string Data => Path.Combine(Folder, "data");

    public string Elsewhere => Path.Combine(Folder, "elsewhere");

    public List<string> Printed { get; } = [];

    public CancellationToken Cancel => bound.Token;

    public EmbeddedPostgresOptions Options => new() { Elsewhere = Elsewhere };

    public Task<PostgresServer> StartAsync(string? data = null, EmbeddedPostgresOptions? options = null) =>
        PostgresServer.StartAsync(data ?? Data, options ?? Options, Printed.Add, Cancel);

    public async Task<string> RefusedAsync(string? data = null, EmbeddedPostgresOptions? options = null) =>
        (await Assert.ThrowsAsync<EmbeddedPostgresException>(() => StartAsync(data, options))).Message;

    public async Task<object?> AskAsync(PostgresServer postgres, string query)
    {
        await using var source = NpgsqlDataSource.Create(postgres.ConnectionString);
        await using var command = source.CreateCommand(query);
        return await command.ExecuteScalarAsync(Cancel);
    }

    /// <summary>Asks until PostgreSQL answers.</summary>
    public async Task<object?> EventuallyAskedAsync(PostgresServer postgres, string query)
    {
        for (var since = Stopwatch.StartNew(); ; await Task.Delay(TimeSpan.FromMilliseconds(20), Cancel))
        {
            try
            {
                return await AskAsync(postgres, query);
            }
            catch (NpgsqlException) when (since.Elapsed < Bound)
            {
            }
        }
    }

    public Process Run(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })!;
        started.Add(process);
        return process;
    }

    /// <summary>In octal digits, as in chmod.</summary>
    public static string ModeOf(string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%a", path]) { RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }

    public static void Chmod(string mode, string path) => Do("chmod", mode, path);

    /// <summary>Runs something short and insists that it works.</summary>
    public static void Do(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })!;
        Assert.True(process.WaitForExit(Bound) && process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} failed");
    }

    /// <summary>The PostgreSQL processes whose working folder lies in this test's folder.</summary>
    public List<int> PostgresProcesses() =>
        [.. Processes().Where(p => Link($"/proc/{p}/exe").Contains("postgres", StringComparison.Ordinal)
            && Link($"/proc/{p}/cwd").StartsWith(Folder, StringComparison.Ordinal))];

    /// <summary>The guard of this test's PostgreSQL: a shell and its other half.</summary>
    public List<int> Guards() =>
        [.. Processes().Where(p => Read($"/proc/{p}/cmdline") is var line
            && line.Contains("ledger-guard", StringComparison.Ordinal) && line.Contains(Folder, StringComparison.Ordinal))];

    public async Task EventuallyAsync(Func<bool> condition, string what)
    {
        var since = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(since.Elapsed < Bound, $"{what}, and it did not within {Bound.TotalSeconds} s");
            await Task.Delay(TimeSpan.FromMilliseconds(20), Cancel);
        }
    }

    /// <summary>The processes that a process has started and that run.</summary>
    public static List<int> ChildrenOf(int parent) =>
        [.. Processes().Where(p => Read($"/proc/{p}/stat").Split(") ")[^1].Split(' ') is [_, var of, ..] && of == $"{parent}")];

    /// <summary>The ids in Linux's /proc/N/stat after the name: state, parent, process group, session. Null for a process that has ended meanwhile, as
    /// PostgreSQL's workers come and go.</summary>
    public static int? GroupOf(int process) => Read($"/proc/{process}/stat").Split(") ")[^1].Split(' ') is [_, _, var group, ..] ? int.Parse(group, null) : null;

    public async ValueTask DisposeAsync()
    {
        foreach (var process in started)
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            process.Dispose();
        }
        foreach (var left in Guards().Concat(PostgresProcesses()))
        {
            Do("sh", "-c", $"kill -9 {left} 2>/dev/null || true");
        }

        await EventuallyAsync(() => PostgresProcesses().Count == 0, "PostgreSQL should have ended");
        Do("chmod", "-R", "u+rwX", Folder);
        Directory.Delete(Folder, recursive: true);
        bound.Dispose();
    }

    private static IEnumerable<int> Processes() =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where name.All(char.IsAsciiDigit)
        select int.Parse(name, null);

    private static string Link(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget ?? "";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
