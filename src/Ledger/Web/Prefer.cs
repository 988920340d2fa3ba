using System.Globalization;
using Ledger.Problems;

namespace Ledger.Web;

/// <summary>The request header Prefer (RFC 7240); unknown preferences are ignored.</summary>
public static class Prefer
{
    /// <summary>The seconds of <c>Prefer: wait=60</c>, at most <see cref="Limits.PreferWait"/>; null where there is no valid
    /// one.</summary>
    public static int? WaitOf(HttpContext http)
    {
        foreach (var preference in http.Request.Headers["Prefer"].SelectMany(x => (x ?? "").Split(',')))
        {
            // A parameter may follow; none is defined for this one.
            var parts = preference.Split(';')[0].Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts is [var name, var value] && name.Equals("wait", StringComparison.OrdinalIgnoreCase))
            {
                // The first of a name counts (RFC 7240, section 2).
                return int.TryParse(value.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                    ? Math.Min(seconds, Limits.PreferWait) : null;
            }
        }

        return null;
    }
}
