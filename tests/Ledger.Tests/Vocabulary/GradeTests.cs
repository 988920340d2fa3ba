using System.Text.Json;
using Ledger.Vocabulary;

namespace Ledger.Tests.Vocabulary;

public class GradeTests
{
    [Theory]
    [InlineData("A1", true, true, true)]
    [InlineData("C3", true, true, true)]
    [InlineData("D3", false, true, true)]
    [InlineData("F2", false, true, true)]
    [InlineData("A4", false, false, true)]
    [InlineData("A5", false, false, false)]
    [InlineData("A6", false, true, true)]
    [InlineData("F6", false, true, true)]
    public void A_grade_decides_for_which_bounds_a_report_may_count(string text, bool credible, bool usable, bool possible)
    {
        Assert.True(Grade.TryParse(text, out var grade));
        Assert.Equal(text, grade.ToString());
        Assert.Equal((credible, usable, possible), (grade.Credible, grade.Usable, grade.Possible));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("B")]
    [InlineData("b2")]
    [InlineData("B2 ")]
    [InlineData("G1")]
    [InlineData("A0")]
    [InlineData("A7")]
    [InlineData("2B")]
    public void Anything_else_is_no_grade(string? text)
    {
        Assert.False(Grade.TryParse(text, out var grade));
        Assert.Equal(Grade.Unjudged, grade);
    }

    [Fact]
    public void What_nobody_graded_cannot_be_judged()
    {
        Assert.Equal("F6", default(Grade).ToString());
        Assert.Equal(new Grade('F', '6'), default);
    }

    [Fact]
    public void Rank_puts_credibility_first_and_what_cannot_be_judged_before_what_was_found_wanting()
    {
        var ranked = from credibility in "123645" from reliability in "ABCFDE" select new Grade(reliability, credibility);
        var sorted = ranked.Reverse().ToList();
        sorted.Sort(Grade.CompareRank);
        Assert.Equal(ranked, sorted);
    }

    [Fact]
    public void No_grade_lies_outside_the_code()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Grade('G', '1'));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Grade('A', '0'));
    }

    [Fact]
    public void A_stored_grade_reads_back_the_same()
    {
        var grade = new Grade('B', '2');
        Assert.Equal(grade, JsonSerializer.Deserialize<Grade>(JsonSerializer.Serialize(grade)));
    }
}
