using System.Text.Json;
using CsCheck;
using Ledger.Vocabulary;

namespace Ledger.Tests.Vocabulary;

public class QuantityTests
{
    private static readonly ItemsPerSystem Factor = new(2, 3, 4);

    [Theory]
    [InlineData("exact", 7L, null, null, null, 7, 7, 7L, true)]
    [InlineData("atLeast", 7L, null, null, null, 7, 7, null, false)]
    [InlineData("upTo", 7L, null, null, null, 0, 7, 7L, false)]
    [InlineData("about", 0L, null, null, null, 0, 0, 0L, true)]
    [InlineData("about", 1L, null, null, null, 1, 1, 2L, true)]
    [InlineData("about", 3L, null, null, null, 2, 3, 4L, true)]
    [InlineData("about", 10L, null, null, null, 7, 10, 13L, true)]
    [InlineData("about", 1_000_000L, null, null, null, 750_000, 1_000_000, 1_250_000L, true)]
    [InlineData("some", null, null, null, null, 1, 1, null, false)]
    [InlineData("range", null, 1L, null, 10L, 1, 5, 10L, true)]
    [InlineData("range", null, 1L, 9L, 10L, 1, 9, 10L, true)]
    [InlineData("range", null, null, null, 7L, 0, 3, 7L, true)]
    [InlineData("range", null, 4L, null, null, 4, 4, null, false)]
    [InlineData("range", null, 4L, 6L, null, 4, 6, null, true)]
    [InlineData(null, null, null, null, null, 1, 1, null, false)]
    [InlineData(null, 7L, null, null, null, 7, 7, 7L, true)]
    [InlineData(null, null, 4L, null, null, 4, 4, null, false)]
    [InlineData(null, null, null, 2L, 7L, 0, 2, 7L, true)]
    public void What_a_quantity_of_items_says(
        string? qualifier, long? n, long? low, long? best, long? high, long lo, long reading, long? hi, bool points)
    {
        var quantity = Quantity.Of(qualifier, n, low, best, high);
        Assert.Equal(new Interval(lo, reading, hi), quantity.Read(ItemsPerSystem.Unknown));
        Assert.Equal(points, quantity.Points(ItemsPerSystem.Unknown));
    }

    [Fact]
    public void Systems_become_items_bound_by_bound()
    {
        Assert.Equal(new Interval(4, 6, 8), Quantity.Of("exact", 2, unit: "system").Read(Factor));
        Assert.Equal(new Interval(2, 15, 40), Quantity.Of("range", low: 1, high: 10, unit: "system").Read(Factor));
        Assert.Equal(new Interval(2, 3, null), Quantity.Of(unit: "system").Read(Factor));
        Assert.Equal(new Interval(2, 2, 2), Quantity.Of("exact", 2, unit: "item").Read(Factor));
    }

    [Fact]
    public void Systems_of_unknown_size_are_open_but_none_of_them_is_none()
    {
        var two = Quantity.Of("exact", 2, unit: "system");
        Assert.Equal(new Interval(2, 2, null), two.Read(ItemsPerSystem.Unknown));
        Assert.False(two.Points(ItemsPerSystem.Unknown));
        Assert.True(two.Points(Factor));

        var none = Quantity.Of("exact", 0, unit: "system");
        Assert.Equal(new Interval(0, 0, 0), none.Read(ItemsPerSystem.Unknown));
        Assert.True(none.Points(ItemsPerSystem.Unknown));
        Assert.True(Quantity.Of("range", low: 1, best: 2, high: 3, unit: "system").Points(ItemsPerSystem.Unknown));
    }

    [Fact]
    public void The_default_is_some()
    {
        Assert.Equal(default, Quantity.Of("some"));
        Assert.Equal(Qualifier.Some, default(Quantity).Qualifier);
    }

    [Theory]
    [InlineData(null, null, null, null, null, null, "")]
    [InlineData("exact", 1_000_000L, null, null, null, "system", "")]
    [InlineData("Exact", 1L, null, null, null, null, "qualifier unknownWord")]
    [InlineData("many", -1L, null, null, null, null, "qualifier unknownWord, n outOfRange")]
    [InlineData("exact", 1L, null, null, null, "dozen", "unit unknownWord")]
    [InlineData("exact", -1L, null, null, null, null, "n outOfRange")]
    [InlineData("exact", 1_000_001L, null, null, null, null, "n outOfRange")]
    [InlineData("exact", null, null, null, null, null, "n missing")]
    [InlineData("atLeast", null, null, null, null, null, "n missing")]
    [InlineData("upTo", null, null, null, null, null, "n missing")]
    [InlineData("about", null, null, null, null, null, "n missing")]
    [InlineData("about", 1L, 1L, 1L, 1L, null, "low notOfQualifier, best notOfQualifier, high notOfQualifier")]
    [InlineData("exact", null, null, 5L, null, null, "n missing, best notOfQualifier")]
    [InlineData("some", 1L, null, null, null, null, "n notOfQualifier")]
    [InlineData("some", null, null, 1L, null, null, "best notOfQualifier")]
    [InlineData("range", 1L, 1L, null, null, null, "n notOfQualifier")]
    [InlineData(null, 1L, 1L, null, null, null, "n notOfQualifier")]
    [InlineData(null, 1L, null, 1L, null, null, "best missing")]
    [InlineData(null, null, null, 1L, null, null, "best missing")]
    [InlineData("range", null, null, 1L, null, null, "best missing")]
    [InlineData("range", null, null, null, null, null, "low missing")]
    [InlineData("range", null, 2L, null, 1L, null, "high disordered")]
    [InlineData("range", null, 2L, 1L, null, null, "best disordered")]
    [InlineData("range", null, null, 3L, 2L, null, "best disordered")]
    [InlineData("range", null, 1L, 2L, 3L, null, "")]
    [InlineData(null, null, null, 2L, 3L, null, "")]
    public void Every_broken_rule_is_named(string? qualifier, long? n, long? low, long? best, long? high, string? unit, string expected)
    {
        var broken = Quantity.Check(qualifier, n, low, best, high, unit).ToList();
        Assert.Equal(expected, string.Join(", ", broken.Select(rule => $"{rule.Member} {rule.Code}")));
        Assert.All(broken, rule => Assert.NotEmpty(rule.Detail));
    }

    [Fact]
    public void A_quantity_that_breaks_a_rule_cannot_be_made() =>
        Assert.Throws<ArgumentException>(() => Quantity.Of("exact"));

    [Fact]
    public void Whatever_passes_the_rules_reads_in_order()
    {
        var number = Gen.Long[-1, 8].Nullable();
        var word = Gen.OneOf<string?>("exact", "atLeast", "upTo", "about", "some", "range", null);
        Gen.Select(word, number, number, number, number, Gen.OneOf<string?>("item", "system", null)).Sample(members =>
        {
            var (qualifier, n, low, best, high, unit) = members;
            if (Quantity.Check(qualifier, n, low, best, high, unit).Any())
            {
                return;
            }

            foreach (var items in new[] { Factor, ItemsPerSystem.Unknown })
            {
                var says = Quantity.Of(qualifier, n, low, best, high, unit).Read(items);
                Assert.True(says.Lo >= 0 && says.Lo <= says.Best && (says.Hi is null || says.Best <= says.Hi), says.ToString());
            }
        }, iter: 20_000);
    }

    [Fact]
    public void A_stored_quantity_reads_back_the_same()
    {
        var quantity = Quantity.Of("range", low: 1, best: 2, unit: "system", text: "one or more");
        Assert.Equal(quantity, JsonSerializer.Deserialize<Quantity>(JsonSerializer.Serialize(quantity)));
    }

    [Theory]
    [InlineData(1, 1, 1, true)]
    [InlineData(1, 3, 1000, true)]
    [InlineData(1, 1, null, true)]
    [InlineData(1, 2, null, false)]
    [InlineData(0, 1, 1, false)]
    [InlineData(2, 1, 3, false)]
    [InlineData(1, 3, 2, false)]
    [InlineData(1, 3, 1001, false)]
    public void A_factor_is_ordered_and_bounded(int min, int usual, int? max, bool valid) =>
        Assert.Equal(valid, new ItemsPerSystem(min, usual, max).IsValid);
}
