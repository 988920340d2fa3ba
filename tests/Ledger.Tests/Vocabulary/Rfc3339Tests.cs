using Ledger.Vocabulary;

namespace Ledger.Tests.Vocabulary;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-11-27T00:50:00Z", "2026-11-27T00:50:00.000000Z")]
    [InlineData("2026-11-27t00:50:00z", "2026-11-27T00:50:00.000000Z")]
    [InlineData("2026-11-27T00:50:00.123456789Z", "2026-11-27T00:50:00.123456Z")]
    [InlineData("2026-11-27T00:50:00.9999999999999999999999999999999999Z", "2026-11-27T00:50:00.999999Z")]
    [InlineData("2026-11-27T00:50:00.1Z", "2026-11-27T00:50:00.100000Z")]
    [InlineData("2026-11-27T05:50:00+05:00", "2026-11-27T00:50:00.000000Z")]
    [InlineData("2026-11-26T19:20:00-05:30", "2026-11-27T00:50:00.000000Z")]
    [InlineData("2026-11-27T00:50:00-00:00", "2026-11-27T00:50:00.000000Z")]
    [InlineData("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999Z")]
    [InlineData("2017-01-01T05:44:60.5+05:45", "2016-12-31T23:59:59.999999Z")]
    public void A_time_of_the_RFC_is_read_and_cut_off_at_microseconds(string text, string read)
    {
        Assert.True(Rfc3339.TryParse(text, out var time));
        Assert.Equal(read, Rfc3339.Text(time));
    }

    [Theory]
    [InlineData("2026-11-27")]
    [InlineData("2026-11-27T00:50Z")]
    [InlineData("2026-11-27T00:50:00")]
    [InlineData("2026-11-27 00:50:00Z")]
    [InlineData("2026-11-27T24:00:00Z")]
    [InlineData("2026-11-27T00:60:00Z")]
    [InlineData("2026-11-27T00:50:60Z")]
    [InlineData("2026-11-27T00:50:61Z")]
    [InlineData("2026-02-30T00:50:00Z")]
    [InlineData("2026-11-27T00:50:00.Z")]
    [InlineData("2026-11-27T00:50:00,5Z")]
    [InlineData("2026-11-27T00:50:00+24:00")]
    [InlineData("2026-11-27T00:50:00+05:60")]
    [InlineData("2026-11-27T00:50:00+0500")]
    [InlineData("2026-11-27T00:50:00Z\n")]
    [InlineData("２026-11-27T00:50:00Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    public void What_is_no_time_of_the_RFC_is_none(string text) => Assert.False(Rfc3339.TryParse(text, out _));
}
