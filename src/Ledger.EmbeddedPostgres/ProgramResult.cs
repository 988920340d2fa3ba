using System.ComponentModel;
using System.Diagnostics;

namespace Ledger.EmbeddedPostgres;

/// <summary>Exit code and output of a program that ran to its end.</summary>
/// <param name="ExitCode">As in a shell: 127 where there is no such program, 124 after a time-out.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Error output.</param>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a program, without input, to its end.</summary>
    /// <param name="start">The program, its user and environment.</param>
    /// <param name="within">Its time-out.</param>
    /// <param name="kill">Whether it is killed after the time-out; else it gets SIGINT and is waited for, as an installer must be.</param>
    /// <param name="cancel">Ends it as the time-out does.</param>
    public static async Task<ProgramResult> OfAsync(ProcessStartInfo start, TimeSpan within, bool kill, CancellationToken cancel)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            return new ProgramResult(127, "", missing.Message);
        }

        using (process)
        {
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            bound.CancelAfter(within);
            process.StandardInput.Close();
            try
            {
                // Not cancelled: a full pipe would keep the program from ending.
                var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
                var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
                await Task.WhenAll(output, errors, process.WaitForExitAsync(CancellationToken.None)).WaitAsync(bound.Token);
                return new ProgramResult(process.ExitCode, await output, await errors);
            }
            catch (OperationCanceledException)
            {
                if (kill)
                {
                    process.Kill();
                }
                else
                {
                    await OsAccount.SignalAsync(process.Id, "INT");
                    await process.WaitForExitAsync(CancellationToken.None);
                }

                cancel.ThrowIfCancellationRequested();
                return new ProgramResult(124, "", $"{Path.GetFileName(start.FileName)} did not end within {within.TotalSeconds:0} s");
            }
        }
    }

    /// <summary>The first meaningful line of the error output; the following lines are consequences, advice and the log's path.</summary>
    public string Reason(string program)
    {
        var lines = Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith("W: ", StringComparison.Ordinal)).ToList();
        // npm's first lines are a code, a system call and a number, of fewer than five words.
        return lines.Find(line => line.Count(c => c == ' ') >= 4) ?? lines.FirstOrDefault()
            ?? $"{Path.GetFileName(program)} ended with code {ExitCode}";
    }
}
