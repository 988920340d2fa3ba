using Ledger.Tests.Harness;

namespace Ledger.Tests.Reports;

public class PostingTests
{
    [Fact]
    public async Task A_delivery_that_is_posted_is_in_the_fleet()
    {
        await using var service = await Service.StartAsync();
        var posted = await service.ReportAsync("deliveries", new
        {
            id = "d1", recipient = "KGZ", supplier = "TUR", platform = "Bayraktar TB2", quantity = new { qualifier = "exact", n = 3 },
            occurred = "2021", grade = "B2", source = new { publisher = "A paper", published = "2022-10-27" },
        });

        var fleet = await service.AskAsync("/v1/countries/KGZ/fleet?asOf=2023-01-01", posted.Position);
        Assert.Equal(3, fleet.GetProperty("headline").GetProperty("low").GetInt64());
    }
}
