using System.Diagnostics;

namespace Ledger.Hosting.Postgres;

/// <summary>Runs apt-get and npm: as the service's own user, with that user's environment and configuration.</summary>
internal static class InstallTool
{
    /// <summary>Both have time limits of their own for the network; this bounds a machine in distress.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(10);

    /// <summary>How many words make a sentence out of a line of an error: npm's first lines are a code, a call and a number.</summary>
    private const int WordsOfAReason = 4;

    /// <param name="program">A path.</param>
    /// <param name="arguments">What to tell it.</param>
    /// <param name="folder">Where to run it, so that no configuration of the caller's folder applies.</param>
    /// <param name="cancel">Gives up; the tool is asked to stop, and waited for, so that no package is left half-installed.</param>
    /// <exception cref="IOException">It failed; the message is one line of what it said.</exception>
    public static async Task RunAsync(string program, IEnumerable<string> arguments, string folder, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // Read by apt-get's packages: no questions.
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        within.CancelAfter(Within);
        try
        {
            await process.WaitForExitAsync(within.Token);
        }
        catch (OperationCanceledException)
        {
            Native.Signal(process.Id, Native.SigInt);
            await process.WaitForExitAsync(CancellationToken.None);
            cancel.ThrowIfCancellationRequested();
            throw new IOException($"{Path.GetFileName(program)} did not end within {Within.TotalMinutes:0} minutes");
        }
        await output;
        if (process.ExitCode != 0)
            throw new IOException(Reason(await errors) ?? $"{Path.GetFileName(program)} ended with code {process.ExitCode}");
    }

    /// <summary>The first line that says something: what follows are consequences, advice and where the log is.</summary>
    private static string? Reason(string errors)
    {
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(l => !l.StartsWith("W: ", StringComparison.Ordinal)).ToList();
        return lines.Find(l => l.Split(' ').Length > WordsOfAReason) ?? lines.FirstOrDefault();
    }
}
