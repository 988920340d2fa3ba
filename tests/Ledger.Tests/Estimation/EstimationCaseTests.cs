using System.Text.Json;

namespace Ledger.Tests.Estimation;

public class EstimationCaseTests
{
    /// <summary>Names a larger file of cases, instead of those that lie beside this one: NDJSON, random holdings whose expectations
    /// another implementation of the rules, made from the same document by somebody else, has filled in.</summary>
    private const string AnsweredCases = "LEDGER_ORACLE_CASES";

    private static readonly Dictionary<string, EstimationCase> Cases = Read().ToDictionary(worked => $"{worked.Method}: {worked.Name}");

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_worked_case_comes_out_as_written(string name)
    {
        var differences = Cases[name].Differences().ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [Theory]
    [InlineData("answered-cases.ndjson")]
    [InlineData("answered-cases-2.ndjson")]
    public void Cases_that_another_implementation_answered_come_out_the_same(string file)
    {
        var path = Environment.GetEnvironmentVariable(AnsweredCases) is { Length: > 0 } named ? named
            : Path.Combine(RepositoryRoot(), "tests", "Ledger.Tests", "Estimation", file);
        var read = 0;
        var differences = new List<string>();
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0))
        {
            read++;
            differences.AddRange(JsonSerializer.Deserialize<EstimationCase>(line, EstimationCase.Json)!.Differences());
        }

        Assert.True(differences.Count == 0, $"{differences.Count} differences in {read} cases:\n{string.Join('\n', differences.Take(10))}");
        Assert.NotEqual(0, read);
    }

    /// <summary>The worked cases as they are written, each with its method.</summary>
    internal static IEnumerable<(int Method, JsonElement Case)> Written()
    {
        foreach (var name in (string[])["estimation-cases.json", "estimation-cases-2.json"])
        {
            using var file = File.OpenRead(Path.Combine(RepositoryRoot(), "tests", "Ledger.Tests", "Estimation", name));
            using var document = JsonDocument.Parse(file);
            foreach (var worked in document.RootElement.GetProperty("cases").EnumerateArray())
            {
                yield return (document.RootElement.GetProperty("method").GetInt32(), worked.Clone());
            }
        }
    }

    private static IEnumerable<EstimationCase> Read() =>
        Written().Select(x => x.Case.Deserialize<EstimationCase>(EstimationCase.Json)! with { Method = x.Method });

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Ledger.sln")))
        {
            folder = folder.Parent ?? throw new FileNotFoundException("No Ledger.sln above the tests.");
        }

        return folder.FullName;
    }
}
