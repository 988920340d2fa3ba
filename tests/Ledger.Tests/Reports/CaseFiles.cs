namespace Ledger.Tests.Reports;

/// <summary>Small files of the kinds that users of such registers met in public; all rows are invented.</summary>
internal static class CaseFiles
{
    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(TidyTests.Root, "tests/Ledger.Tests/Reports/cases", name));
}
