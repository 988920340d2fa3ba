using Ledger.Editions;

namespace Ledger.Tests.Editions;

/// <summary>SIPRI's own files, and copies of them. They are not ours to keep here: where they are absent these tests are skipped.</summary>
public sealed class RealRegisterFilesTests
{
    [Theory]
    [InlineData("trade-register-2024-03-18.csv", "2024-03-18", 29_054, "24626-24627 27049-27050", false)]
    [InlineData("trade-register-2026-05-18.csv", "2026-05-18", 29_916, "", false)]
    [InlineData("selection-1950-2024-generated-2024-10-13.csv", "2024-10-13", 27_949, "24336-24337 26458-26459", true)]
    [InlineData("excel-damaged-no-preamble.csv", null, 13_486, "246 2634 3502 5300 6548 8187 9690 10883 11376-11377 12134 12780-12781", null)]
    public void Every_record_is_a_sound_row_or_a_broken_one_named_by_its_lines(string name, string? generated, int count, string lines, bool? isSelection)
    {
        var file = RegisterFile.Open(ReadOrSkip(name));
        var (rows, broken) = file.ReadAll();

        Assert.Equal((RegisterForm.Orders, generated, count), (file.Form, file.Generated?.ToString("yyyy-MM-dd", null), rows.Count));
        Assert.Equal(lines, string.Join(' ', broken.Select(x => x.Line == x.LastLine ? $"{x.Line}" : $"{x.Line}-{x.LastLine}")));
        Assert.Equal((isSelection is not null, isSelection is true), (file.Scope.IsKnown, file.Scope.IsSelection));
        Assert.All(broken, x => Assert.True(x is { Recipient: not null, Supplier: not null, YearOfOrder: not null }, $"{x}"));
        Assert.Equal(broken.Count(x => x.Column is not null), broken.Count(x => x.Designation is null));
        Resolved(rows.SelectMany(x => (string[])[x.Recipient, x.Supplier]));
    }

    [Fact]
    public void The_17_column_form_is_read_to_its_end()
    {
        var file = RegisterFile.Open(ReadOrSkip("by-year-2000-2030-generated-2025-01-03.csv"));
        var (rows, broken) = file.ReadYears();

        Assert.Equal((RegisterForm.Years, 20_480, 0), (file.Form, rows.Count, broken.Count));
        Assert.Equal((true, 2000, 2030, true), (file.Scope.IsSelection, file.Scope.From, file.Scope.To, file.Scope.IsYearsOnly));
        // As another reader of CSV files counts them.
        Assert.Equal((8_480, 13_012, 6_424), (rows.Count(x => x.YearIsUncertain), rows.Count(x => x.DeliveredIsUncertain), rows.Count(x => x.DeliveryYearIsUncertain)));
        Resolved(rows.SelectMany(x => (string[])[x.Recipient, x.Supplier]));
    }

    private static void Resolved(IEnumerable<string> names) => Assert.DoesNotContain(names.Distinct(), x => RegisterNames.CodeOf(x, out var isKnown) is null || !isKnown);

    private static byte[] ReadOrSkip(string name)
    {
        var path = Path.Combine(TidyTests.Root, "..", "shared", "data", "sipri", name);
        Assert.SkipUnless(File.Exists(path), "The real trade registers are not here: ../shared/data/sipri, seen from the project.");
        return File.ReadAllBytes(path);
    }
}
