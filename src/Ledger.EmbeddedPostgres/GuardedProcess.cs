using System.Diagnostics;
using System.Globalization;

namespace Ledger.EmbeddedPostgres;

/// <summary>
/// A child process that does not outlive the service, also not after kill -9.
/// <para>
/// Its parent is a guard: a small shell that reads a pipe whose other end the service holds for its life. The kernel closes that end when
/// the service ends in any way, and then the guard stops the program: a stop and a kill take the same path.
/// (PR_SET_PDEATHSIG would be simpler, but it fires when the parent's *thread* ends, and the threads of the .NET pool come and go. .NET
/// opens its end of the pipe with O_CLOEXEC, so no other child keeps it open.)
/// </para>
/// <para>
/// The guard runs in a session of its own and ignores the terminal's signals: Ctrl-C goes to the whole process group and would shut
/// PostgreSQL down before the service, which needs it until its own end.
/// </para>
/// </summary>
internal sealed class GuardedProcess : IDisposable
{
    /// <summary>Time-out of a fast shutdown, which writes a checkpoint; an immediate one follows.</summary>
    public static readonly TimeSpan FastWithin = TimeSpan.FromSeconds(30);

    // $1 is the file for all output, $2 is FastWithin in seconds, the rest is the program. The shell waits for the program and ends with
    // it. `read` is built in, so killing the guard leaves no child behind. Polling once a second serves the shutdown's time-out alone.
    private const string Script = """
        trap '' HUP INT QUIT TERM
        exec 3<&0 </dev/null >"$1" 2>&1
        seconds=$2
        shift 2
        "$@" 3<&- &
        program=$!
        (
          read -r _ <&3
          kill -INT $program
          while [ "$seconds" -gt 0 ] && kill -0 $program; do sleep 1; seconds=$((seconds - 1)); done
          kill -QUIT $program
        ) 2>/dev/null &
        guard=$!
        exec 3<&-
        wait $program
        status=$?
        kill -KILL $guard 2>/dev/null
        exit $status
        """;

    private readonly Process _shell;

    private GuardedProcess(Process shell) => _shell = shell;

    /// <summary>True when the program has ended.</summary>
    public bool HasEnded => _shell.HasExited;

    /// <summary>The exit code of the program, once it has ended.</summary>
    public int ExitCode => _shell.ExitCode;

    /// <summary>Starts a program under a guard.</summary>
    /// <param name="account">The account that runs program and guard, so that the guard may signal the program.</param>
    /// <param name="outputFile">File for everything that it prints; overwritten, as that account.</param>
    /// <param name="program">Path of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    public static GuardedProcess Run(OsAccount account, string outputFile, string program, IEnumerable<string> arguments)
    {
        string[] shell =
        [
            "sh", "-c", Script, "ledger-guard", outputFile, FastWithin.TotalSeconds.ToString("0", CultureInfo.InvariantCulture), program,
            .. arguments
        ];
        // macOS has no setsid; there ignoring the signals must suffice (untested).
        var start = OperatingSystem.IsMacOS() ? account.Command(shell[0], shell[1..]) : account.Command("setsid", shell);
        return new GuardedProcess(Process.Start(start)!);
    }

    /// <summary>Waits for the end of the program.</summary>
    public Task EndAsync(CancellationToken cancel) => _shell.WaitForExitAsync(cancel);

    /// <summary>Closes the pipe, which stops the program, and waits for its end.</summary>
    /// <returns>False if it still runs after the time-outs of fast and immediate shutdown.</returns>
    public async Task<bool> StopAsync()
    {
        _shell.StandardInput.Close();
        using var bound = new CancellationTokenSource(FastWithin + TimeSpan.FromSeconds(10));
        try
        {
            await _shell.WaitForExitAsync(bound.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => _shell.Dispose();
}
