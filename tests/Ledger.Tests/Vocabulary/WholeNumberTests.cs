using System.Text;
using Ledger.Vocabulary;

namespace Ledger.Tests.Vocabulary;

public sealed class WholeNumberTests
{
    [Theory]
    [InlineData("6", 6)]
    [InlineData("6.0", 6)]
    [InlineData("6e0", 6)]
    [InlineData("6E+0", 6)]
    [InlineData("60e-1", 6)]
    [InlineData("0.6e1", 6)]
    [InlineData("600.00e-2", 6)]
    [InlineData("0.0000006e7", 6)]
    [InlineData("-0", 0)]
    [InlineData("-0.0e99999999999999999999", 0)]
    [InlineData("0e5", 0)]
    [InlineData("-12.50e1", -125)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808.0", long.MinValue)]
    [InlineData("1e18", 1_000_000_000_000_000_000)]
    public void A_whole_number_is_the_integer_however_it_is_written(string literal, long value)
    {
        Assert.True(WholeNumber.IsWhole(Encoding.ASCII.GetBytes(literal), out var read, out var fits));
        Assert.Equal((value, true), (read, fits));
    }

    [Theory]
    [InlineData("6.5")]
    [InlineData("6e-1")]
    [InlineData("0.1")]
    [InlineData("1e-99999999999999999999")]
    [InlineData("12345678901234567890.5")]
    [InlineData("-1.000000000000000000000000000000000001")]
    public void A_number_with_a_fraction_is_not_whole(string literal) => Assert.False(WholeNumber.IsWhole(Encoding.ASCII.GetBytes(literal), out _, out _));

    [Theory]
    [InlineData("1e30")]
    [InlineData("9223372036854775808")]
    [InlineData("1e99999999999999999999")]
    public void A_whole_number_of_more_than_64_bits_is_told_so(string literal)
    {
        Assert.True(WholeNumber.IsWhole(Encoding.ASCII.GetBytes(literal), out _, out var fits));
        Assert.False(fits);
    }
}
