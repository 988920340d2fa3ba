using System.Net.Sockets;
using System.Text;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Web;

/// <summary>What is answered to a request that does not come, or is beyond what the server reads.</summary>
public class ServerRefusalTests
{
    [Fact]
    public async Task A_body_that_does_not_come_is_answered_with_408_and_a_problem()
    {
        await using var service = await Service.StartAsync();
        var answer = await SendAsync(service, $"POST /v1/deliveries HTTP/1.1\r\nHost: x\r\nAuthorization: {service.Reporter.DefaultRequestHeaders.Authorization}\r\n"
            + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("application/problem+json", answer, StringComparison.Ordinal);
        Assert.Contains("urn:ledger:problem:timeout", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9_000, 0, "414")]
    [InlineData(1, 40_000, "431")]
    public async Task An_address_or_headers_beyond_what_the_server_reads_are_answered_without_a_body(int path, int header, string status)
    {
        await using var service = await Service.StartAsync();
        var answer = await SendAsync(service, $"GET /{new string('a', path)} HTTP/1.1\r\nHost: x\r\nX-Long: {new string('a', header)}\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, StringComparison.Ordinal);
    }

    /// <summary>Sends these bytes and no more, and gives the answer's beginning.</summary>
    private static async Task<string> SendAsync(Service service, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(service.Address.Host, service.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // The server had read enough.
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Eventually.Patience);
        var answer = new byte[16 * 1024];
        return Encoding.ASCII.GetString(answer, 0, await stream.ReadAtLeastAsync(answer, 16, throwOnEndOfStream: false, limit.Token));
    }
}
