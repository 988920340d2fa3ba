using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ledger.Problems;

namespace Ledger.Facts;

/// <summary>The JSON conventions of stored events. They are read tolerantly: a member that this build does not know was written by a newer
/// build; it stays in the store and is ignored here.</summary>
public static class StoredJson
{
    /// <summary>For stored events and responses: absent members stay absent.</summary>
    public static readonly JsonSerializerOptions Options = Make(JsonUnmappedMemberHandling.Skip, _ => { });

    /// <summary>Applies these conventions to the options of the store.</summary>
    public static void Apply(JsonSerializerOptions options) => Apply(options, JsonUnmappedMemberHandling.Skip);

    /// <summary>New options with these conventions, a rule for unknown members, and changes to the types' contracts.</summary>
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
        // Old events lack members that were added later; for requests the validators check what is required.
        options.RespectRequiredConstructorParameters = false;
        options.UnmappedMemberHandling = unknown;
        options.MaxDepth = Limits.JsonDepth;
    }
}
