using System.Diagnostics;
using Ledger.EmbeddedPostgres;

namespace Ledger.Tests.EmbeddedPostgres;

/// <summary>
/// A process of its own that owns a PostgreSQL, to be killed or to run as another user: this test program once more, told to run only
/// <see cref="A_service_that_only_keeps_its_database"/>.
/// </summary>
public sealed class AnotherService
{
    private const string DataVariable = "LEDGER_TEST_DATA";
    private const string AnswerVariable = "LEDGER_TEST_ANSWER";
    private const string NoneInstalledVariable = "LEDGER_TEST_NONE_INSTALLED";

    [Fact(Explicit = true)]
    public async Task A_service_that_only_keeps_its_database()
    {
        var data = Environment.GetEnvironmentVariable(DataVariable);
        Assert.SkipWhen(data is null, "This is the other process of other tests.");
        var answer = Environment.GetEnvironmentVariable(AnswerVariable)!;
        var options = Environment.GetEnvironmentVariable(NoneInstalledVariable) is null
            ? new EmbeddedPostgresOptions()
            : NoneInstalled;
        string text;
        PostgresServer? postgres = null;
        try
        {
            postgres = await PostgresServer.StartAsync(data, options, _ => { }, TestContext.Current.CancellationToken);
            text = "started";
        }
        catch (EmbeddedPostgresException refused)
        {
            text = refused.Message;
        }
        await File.WriteAllTextAsync(answer + ".new", text, TestContext.Current.CancellationToken);
        File.Move(answer + ".new", answer);
        // Bounded, should the test that started it be killed.
        await Task.Delay(postgres is null ? TimeSpan.Zero : TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
        if (postgres is not null)
        {
            await postgres.DisposeAsync();
        }
    }

    /// <summary>No folder to look in, no npm, and nobody listens where programs would be fetched: port 9 is "discard".</summary>
    internal static EmbeddedPostgresOptions NoneInstalled { get; } =
        new() { Search = new PostgresSearch([], FetchFrom: new Uri("http://127.0.0.1:9/maven2")) };

    /// <summary>Starts it and waits for its answer: "started", or why not.</summary>
    internal static async Task<(Process Process, string Answer)> StartAsync(
        Scratch scratch, bool asNobody = false, bool noneInstalled = false)
    {
        var answers = Directory.CreateDirectory(Path.Combine(scratch.Folder, "answers"));
        Scratch.Chmod("777", answers.FullName);
        var answer = Path.Combine(answers.FullName, "answer");
        string[] environment =
        [
            $"{DataVariable}={scratch.Data}", $"{AnswerVariable}={answer}", "HOME=/tmp",
            .. noneInstalled ? [$"{NoneInstalledVariable}=1"] : Array.Empty<string>()
        ];
        string[] nobody = asNobody ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"] : [];
        string[] command =
        [
            .. nobody, "env", .. environment, "dotnet", "exec", typeof(AnotherService).Assembly.Location,
            "-explicit", "only", "-method", $"{typeof(AnotherService).FullName}.{nameof(A_service_that_only_keeps_its_database)}", "-noLogo"
        ];
        var process = scratch.Run(command[0], command[1..]);
        await scratch.EventuallyAsync(() => File.Exists(answer) || process.HasExited, "The other service should have answered");
        Assert.True(File.Exists(answer), "The other service ended without an answer; its output is above.");
        return (process, await File.ReadAllTextAsync(answer, scratch.Cancel));
    }

    /// <summary>Whether another user could run this test program at all.</summary>
    internal static void SkipUnlessNobodyCanRunIt()
    {
        Assert.SkipUnless(Scratch.IsRoot, "Only root can start a process as another user.");
        using var look = Process.Start(
            "setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "--", "test", "-r", typeof(AnotherService).Assembly.Location]);
        look.WaitForExit();
        Assert.SkipUnless(look.ExitCode == 0, "User nobody cannot read this test program where it lies.");
    }
}
