using System.Text.Json;

namespace Ledger.Web;

/// <summary>The form of JSON in responses.</summary>
public static class Json
{
    /// <summary>Compact UTF-8; only what JSON must escape is escaped, so that names in any script stay readable.</summary>
    public static readonly JsonWriterOptions Writing = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };
}
