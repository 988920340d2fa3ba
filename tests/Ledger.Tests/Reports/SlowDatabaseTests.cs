using Ledger.Facts;
using Ledger.Tests.Harness;
using Npgsql;

namespace Ledger.Tests.Reports;

/// <summary>Reports that share a transaction with one that the database cannot take in time.</summary>
public sealed class SlowDatabaseTests
{
    [Theory]
    [InlineData("Command Timeout=3")]
    [InlineData("Options=-c statement_timeout=3000")]
    public async Task A_report_that_waits_for_a_lock_fails_alone_and_is_recorded_once_when_the_lock_is_gone(string settings)
    {
        await using var service = await Service.StartOnAsync(new NpgsqlConnectionStringBuilder($"{await Databases.MakeAsync()};{settings}").ConnectionString);
        await Import.PostAsync(service.Reporter, Import.Delivery("slow-first", "x-slow", "locked-bird"));
        var lines = Enumerable.Range(0, 30).Select(x => Import.Delivery($"slow-{x}", "x-slow", x == 15 ? "locked-bird" : $"bird-{x % 4}")).ToList();
        var file = Import.FileOf(lines);
        await using (await Databases.HoldAsync(service.ConnectionString, "select from ledger.mt_streams where id like '%locked-bird%' for update"))
        {
            var import = await Import.PostAsync(service.Reporter, file);

            Assert.Equal(503, import.Statuses[15]);
            Assert.EndsWith("urn:ledger:problem:slow", import.Lines[15].Text("problem.type"), StringComparison.Ordinal);
            Assert.All(import.Statuses.Where((_, i) => i != 15), x => Assert.Equal(201, x));
        }

        var again = await Import.PostAsync(service.Reporter, file);
        Assert.Equal((1, 29), (again.Count("created"), again.Count("existing")));
    }
}
