using System.Text;
using Ledger.Editions;

namespace Ledger.Tests.Editions;

/// <summary>What a file says that it was asked for.</summary>
public sealed class RegisterScopeTests
{
    private const string From = "Transfers of major conventional arms from";

    [Theory]
    [InlineData($"{From} All countries  to All countries . Deals with deliveries made for the year range 'Not specified' to 'Not specified' ")]
    [InlineData($"{From} All countries  to All countries . Deals with deliveries or orders made for year range 'Not specified' to 'Not specified' ;;;;")]
    [InlineData($"\"{From} all countries to all countries. Deals with deliveries made for the year range 'Not specified' to 'Not specified'\",,,,")]
    [InlineData($"{From} All suppliers to All recipients.")]
    public void The_whole_register_is_known_as_that(string line)
    {
        var scope = ScopeOf(line);

        Assert.Equal(new RegisterScope(1, null, null, null, null, false), scope);
        Assert.Equal((true, false, false), (scope.IsKnown, scope.IsSelection, scope.IsYearsOnly));
    }

    [Theory]
    [InlineData($"{From} All countries  to All countries . Deals with deliveries or orders made for year range '1950' to '2024' ", null, null, 1950, 2024, true)]
    [InlineData($"{From} All countries  to All countries . Deals with deliveries made for the year range '2017' to '2024' ", null, null, 2017, 2024, true)]
    [InlineData($"{From} All countries  to All countries . Deals with deliveries made for the year range 'Not specified' to '2024' ", null, null, null, 2024, true)]
    [InlineData($"{From} All countries  to All countries . Deals with deliveries made for the year range '2017' to 'Not specified' ", null, null, 2017, null, true)]
    [InlineData($"{From} All countries to All countries. Deals with deliveries made for the years ‘2017’ – ‘2024’", null, null, 2017, 2024, true)]
    [InlineData($"{From} All countries to All countries. Deals with deliveries made for year '2017'", null, null, 2017, 2017, true)]
    [InlineData("Transfers of major weapons: Deals with deliveries or orders made for 2000 to 2020", null, null, 2000, 2020, true)]
    [InlineData($"{From} Israel   to All countries . Deals with deliveries made for the year range 'Not specified' to 'Not specified' ", "Israel", null, null, null, false)]
    [InlineData($"{From} All countries  to Trinidad and Tobago . Deals with deliveries made for the year range '2000' to '2010' ", null, "Trinidad and Tobago", 2000, 2010, false)]
    [InlineData($"\"{From} Russia, Soviet Union  to Chad, Congo . Deals with deliveries made for the year range '2000' to '2010' \";;", "Russia, Soviet Union", "Chad, Congo", 2000, 2010, false)]
    [InlineData($"{From} All countries to Tonga.", null, "Tonga", null, null, false)]
    public void Suppliers_recipients_or_years_make_it_a_selection(string line, string? suppliers, string? recipients, int? from, int? to, bool years)
    {
        var scope = ScopeOf(line);

        Assert.Equal(new RegisterScope(1, suppliers, recipients, from, to, false), scope);
        Assert.Equal((true, true, years), (scope.IsKnown, scope.IsSelection, scope.IsYearsOnly));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Source: SIPRI Arms Transfers Database (c) SIPRI.")]
    [InlineData("The 'Number delivered' and the 'Year(s) of deliveries' refer only to deliveries in the selected year(s).")]
    [InlineData("Transfers of major conventional arms")]
    [InlineData($"{From} All countries to All countries. Deals with deliveries made some time ago")]
    public void What_says_nothing_that_can_be_read_is_unknown(string line)
    {
        var scope = ScopeOf(line);

        Assert.Equal((false, false, false, (int?)null), (scope.IsKnown, scope.IsSelection, scope.IsYearsOnly, scope.Line));
    }

    [Fact]
    public void The_line_is_the_files_own()
    {
        var scope = ScopeOf($"\n\n{From} All countries to Fiji. Deals with deliveries made for the year range '2000' to '2010' ");

        Assert.Equal((3, "Fiji"), (scope.Line, scope.Recipients));
    }

    [Fact]
    public void A_header_that_speaks_of_a_range_of_years_makes_it_a_selection_whatever_the_preamble_says()
    {
        foreach (var preamble in new[] { "", $"{From} All countries  to All countries . Deals with deliveries made for the year range 'Not specified' to 'Not specified' " })
        {
            var scope = ScopeOf(preamble, Register.Header.Replace("Number delivered", "Deliveries in the Year Range", StringComparison.Ordinal));

            Assert.Equal((true, true, false), (scope.IsKnown, scope.IsSelection, scope.IsYearsOnly));
        }
    }

    private static RegisterScope ScopeOf(string preamble, string header = Register.Header) => RegisterFile.Open(Encoding.UTF8.GetBytes($"{preamble}\n{header}\n{Register.Row()}\n")).Scope;
}
