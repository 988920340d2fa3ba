using System.Diagnostics;
using System.Globalization;

namespace Ledger.EmbeddedPostgres;

/// <summary>
/// A program that must not outlive the service, however the service ends.
/// <para>
/// Its parent is a guard: a small shell that reads a pipe whose other end the service holds for its life. The kernel closes that end when
/// the service ends, by kill -9 too, and then the guard stops the program; so stopping on purpose and being killed are the same path.
/// (PR_SET_PDEATHSIG would be simpler, but it fires when the parent's *thread* ends, and the threads of the .NET pool come and go. .NET
/// opens its end of the pipe with O_CLOEXEC, so no other child keeps it open.)
/// </para>
/// <para>
/// The guard runs in a session of its own and ignores the signals of a terminal: Ctrl-C goes to the whole process group, PostgreSQL takes
/// it for a shutdown, and the service needs its database until it has finished itself.
/// </para>
/// </summary>
internal sealed class GuardedProcess : IDisposable
{
    /// <summary>Time for a fast shutdown, which has to write a checkpoint, before an immediate one.</summary>
    public static readonly TimeSpan FastWithin = TimeSpan.FromSeconds(30);

    // $1 takes all output, $2 is FastWithin in seconds, the rest is the program. The shell waits for the program and ends with it. `read`
    // is built in, so ending the guard leaves nothing behind. Polling once a second is only for the shutdown's bound.
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

    public bool HasEnded => _shell.HasExited;

    /// <summary>The exit code of the program, once it has ended.</summary>
    public int ExitCode => _shell.ExitCode;

    /// <param name="account">Who is to run it; the guard, too, so that it may signal the program and others may not signal it.</param>
    /// <param name="outputFile">Everything it prints; written by that user, begun anew.</param>
    /// <param name="program">What to run.</param>
    /// <param name="arguments">Its arguments.</param>
    public static GuardedProcess Run(OsAccount account, string outputFile, string program, IEnumerable<string> arguments)
    {
        string[] shell =
        [
            "sh", "-c", Script, "ledger-guard", outputFile, FastWithin.TotalSeconds.ToString("0", CultureInfo.InvariantCulture), program,
            .. arguments
        ];
        // macOS has no setsid; there the ignored signals have to do (untested).
        var start = OperatingSystem.IsMacOS() ? account.Command(shell[0], shell[1..]) : account.Command("setsid", shell);
        return new GuardedProcess(Process.Start(start)!);
    }

    public Task EndAsync(CancellationToken cancel) => _shell.WaitForExitAsync(cancel);

    /// <summary>Lets go of the pipe, which stops the program, and waits until it has ended.</summary>
    /// <returns>False if it is still there after fast and immediate shutdown had their time.</returns>
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
