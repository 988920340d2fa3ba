using BenchmarkDotNet.Running;
using Ledger.Benchmarks;
using Ledger.Benchmarks.Posts;

// dotnet run -c Release --project tests/Ledger.Benchmarks -- posts       what a post costs, beside a plain endpoint and a bare insert
// dotnet run -c Release --project tests/Ledger.Benchmarks -- idle        what an idle service sends its database
// dotnet run -c Release --project tests/Ledger.Benchmarks -- fleet       what a question costs in a small and in a large ledger
// dotnet run -c Release --project tests/Ledger.Benchmarks -- load        a ledger of so many reports in a database that is there (a connection string)
// dotnet run -c Release --project tests/Ledger.Benchmarks -- estimator   what the estimate itself costs
try
{
    return args switch
    {
        ["posts", .. var options] => await PostsBenchmark.RunAsync(PostsOptions.Of(options, seconds: 5)),
        ["idle", .. var options] => await IdleBenchmark.RunAsync(PostsOptions.Of(options, seconds: 60).Window),
        [PlainService.Command, var url, var connection] => await PlainService.RunAsync(url, connection),
        ["fleet", .. var size] => await FleetBenchmark.RunAsync(size is [var text] ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 60_000),
        ["load", var connection, var size] => await ServedLedger.LoadAsync(connection, int.Parse(size, System.Globalization.CultureInfo.InvariantCulture)),
        ["estimator"] => BenchmarkRunner.Run<EstimatorBenchmark>().Reports.All(x => x.Success) ? 0 : 1,
        _ => throw new FormatException($"{PostsOptions.Usage} | fleet [reports] | load CONNECTION REPORTS | estimator"),
    };
}
catch (Exception refusal) when (refusal is FormatException or FileNotFoundException or InvalidOperationException)
{
    Console.Error.WriteLine(refusal.Message);
    return 2;
}
