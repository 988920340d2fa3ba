using BenchmarkDotNet.Running;
using Ledger.Benchmarks;

// dotnet run -c Release --project tests/Ledger.Benchmarks -- fleet       what a question costs in a small and in a large ledger
// dotnet run -c Release --project tests/Ledger.Benchmarks -- load        a ledger of so many reports in a database that is there (a connection string)
// dotnet run -c Release --project tests/Ledger.Benchmarks -- estimator   what the estimate itself costs
return args switch
{
    ["fleet", .. var size] => await FleetBenchmark.RunAsync(size is [var text] ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 60_000),
    ["load", var connection, var size] => await ServedLedger.LoadAsync(connection, int.Parse(size, System.Globalization.CultureInfo.InvariantCulture)),
    ["estimator"] => BenchmarkRunner.Run<EstimatorBenchmark>().Reports.All(x => x.Success) ? 0 : 1,
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("fleet [reports] | load CONNECTION REPORTS | estimator");
    return 2;
}
