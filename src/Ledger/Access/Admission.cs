using Ledger.Web;

namespace Ledger.Access;

/// <summary>Checks the key of a long-running request again.</summary>
internal sealed class Admission(ApiKeys keys) : IAdmission
{
    public async ValueTask<bool> IsStillAdmittedAsync(HttpContext http, CancellationToken cancellation) =>
        ApiKeyMiddleware.SecretOf(http) is not { } secret || (await keys.RecogniseAsync(secret, cancellation)).Caller is not null;
}
