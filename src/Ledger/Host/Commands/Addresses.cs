using System.CommandLine.Parsing;

namespace Ledger.Host.Commands;

/// <summary>Parses the address of a service on the command line.</summary>
internal static class Addresses
{
    public static Uri? Parse(ArgumentResult result)
    {
        if (result.Tokens is not [var token])
        {
            return null;
        }

        if (Uri.TryCreate(token.Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return address;
        }

        result.AddError($"'{token.Value}' is not the address of a service: http://…");
        return null;
    }
}
