using System.Text.RegularExpressions;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Host;

/// <summary>What a newcomer reads who starts the demo.</summary>
public sealed partial class DemoTests
{
    [Fact]
    public async Task The_demo_shows_no_row_that_no_report_supports_and_says_what_it_left_out_and_what_is_not_known()
    {
        var said = await SaidAsync();
        var rows = said.Where(x => Row().IsMatch(x)).ToList();
        Assert.True(rows.Count > 25, string.Join('\n', said));
        Assert.DoesNotContain(rows, x => Zeros().IsMatch(x));

        // What was on trial, is only a plant, or is listed no more, is named below, and is no row.
        foreach (var name in (string[])["Bayraktar Kalkan", "Bayraktar Mini", "Mosquito-X", "ScanEagle", "Ababil-2", "Agricultural drone"])
        {
            Assert.Contains(name, Assert.Single(said, x => x.Contains(name, StringComparison.Ordinal)), StringComparison.Ordinal);
            Assert.DoesNotContain(rows, x => x.Contains(name, StringComparison.Ordinal));
        }

        // A loss is support enough, and civil drones are told apart from the fleet.
        Assert.Matches(@"DJI Agras T30 +civil +0 +0 +0 +14 ", Assert.Single(rows, x => x.Contains("DJI Agras T30", StringComparison.Ordinal)));
        foreach (var country in (string[])["Kazakhstan", "Kyrgyzstan", "Tajikistan", "Turkmenistan", "Uzbekistan"])
        {
            Assert.Single(said, x => x.StartsWith($"  {country}: Of ", StringComparison.Ordinal) && x.Contains("no upper bound", StringComparison.Ordinal));
        }

        Assert.Single(said, x => x.StartsWith("AsiaNews calls the fleet of Kazakhstan the largest. What is reported here says otherwise:", StringComparison.Ordinal));
        Assert.DoesNotContain(said, x => x.Contains("\"problem\"", StringComparison.Ordinal));
    }

    /// <summary>Runs the demo until it has said all, on a database of its own.</summary>
    private static async Task<IReadOnlyList<string>> SaidAsync()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-demo-").FullName;
        using var demo = RunningProgram.Run(["demo", "--urls", "http://127.0.0.1:0", "--data", folder, "--ConnectionStrings:Ledger", await Databases.MakeAsync()]);
        try
        {
            var errors = demo.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var said = new List<string>();
            while (await demo.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                said.Add(line);
                if (line.StartsWith("Stop with Ctrl+C", StringComparison.Ordinal))
                {
                    return said;
                }
            }

            throw new InvalidOperationException($"The demo ended: {await errors}");
        }
        finally
        {
            demo.Kill();
            await demo.WaitForExitAsync(TestContext.Current.CancellationToken);
            Directory.Delete(folder, recursive: true);
        }
    }

    [GeneratedRegex(" (fleet|stock|civil) +[0-9]")]
    private static partial Regex Row();

    [GeneratedRegex("(fleet|stock|civil) +0 +0 +0 +0 +0 +0 ")]
    private static partial Regex Zeros();
}
