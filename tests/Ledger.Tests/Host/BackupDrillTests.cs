using System.Diagnostics;
using Ledger.Host;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Host;

/// <summary>The restore that an operator will one day need, done now.</summary>
[Collection(Alone.Name)]
public sealed class BackupDrillTests
{
    [Fact]
    public async Task What_was_acknowledged_before_a_moment_is_there_after_a_restore_to_it_and_nothing_later_is()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/pgbackrest"), "pgbackrest is not installed (apt-get install pgbackrest).");
        using var drill = Process.Start(new ProcessStartInfo("bash", [Path.Combine(TidyTests.Root, "ops/backup/drill.sh"), typeof(LedgerService).Assembly.Location])
        { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = drill.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var complained = drill.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            bound.CancelAfter(TimeSpan.FromMinutes(5));
            await drill.WaitForExitAsync(bound.Token);
        }
        finally
        {
            if (!drill.HasExited)
            {
                // Asked, so that it clears away what it started.
                using var term = Process.Start("kill", ["-TERM", drill.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
                await drill.WaitForExitAsync(CancellationToken.None);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(await said);
        Assert.True(drill.ExitCode == 0, $"{await said}\n{await complained}");
    }
}
