using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ledger.Problems;

namespace Ledger.Facts;

/// <summary>How events are stored as JSON, and read back. Read tolerantly: a member that this build does not know was written by a newer one,
/// stays in the store, and is ignored here.</summary>
public static class StoredJson
{
    /// <summary>Of stored events and of answers: absent members stay absent.</summary>
    public static readonly JsonSerializerOptions Options = Make(JsonUnmappedMemberHandling.Skip, _ => { });

    /// <summary>Applies these conventions to another set of options: the store's.</summary>
    public static void Apply(JsonSerializerOptions options) => Apply(options, JsonUnmappedMemberHandling.Skip);

    /// <summary>The same conventions, made stricter or shown less: what a request is read with.</summary>
    public static JsonSerializerOptions Make(JsonUnmappedMemberHandling unknown, Action<JsonTypeInfo> modify)
    {
        var options = new JsonSerializerOptions(JsonSerializerOptions.Strict)
        {
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { modify } },
        };
        Apply(options, unknown);
        options.MakeReadOnly();
        return options;
    }

    private static void Apply(JsonSerializerOptions options, JsonUnmappedMemberHandling unknown)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.AllowDuplicateProperties = false;
        // What an old event did not have is absent; the validators say what a request must have.
        options.RespectRequiredConstructorParameters = false;
        options.UnmappedMemberHandling = unknown;
        options.MaxDepth = Limits.JsonDepth;
    }
}
