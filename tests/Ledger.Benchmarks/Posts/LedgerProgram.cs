using System.Net;

namespace Ledger.Benchmarks.Posts;

/// <summary>Ledger as an operator starts it: its program, its command line, a database that has its schema, a key.</summary>
internal static class LedgerProgram
{
    public const string Database = "ledger_measured";

    /// <param name="server">Where its database is made.</param>
    /// <param name="folder">Its data folder.</param>
    /// <returns>The process, ready, and a key that may post to every feed.</returns>
    public static async Task<(ServiceProcess Process, string Key)> StartAsync(BenchmarkServer server, string folder)
    {
        var environment = new Dictionary<string, string> { ["ConnectionStrings__Ledger"] = (await server.MakeAsync(Database)).ConnectionString };
        var program = Find();
        await ServiceProcess.CommandAsync("dotnet", ["exec", program, "db-apply", "--data", folder], environment);
        var key = await ServiceProcess.CommandAsync("dotnet",
            ["exec", program, "keys", "add", "--name", "benchmark", "--scopes", "report", "--feeds", "*", "--data", folder], environment);
        var process = await ServiceProcess.StartAsync(url => [program, "serve", "--data", folder, "--urls", url], environment, "/health/ready", x => x == HttpStatusCode.OK);
        return (process, key.Trim());
    }

    /// <summary>The program in its own folder, not the copy of it beside this one.</summary>
    private static string Find()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.GetFullPath(Path.Combine(own.FullName, "..", "..", "Ledger", own.Name, "Ledger.dll"));
        return File.Exists(program) ? program : throw new FileNotFoundException($"Ledger's own program is not there: {program}");
    }
}
