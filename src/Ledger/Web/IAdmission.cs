namespace Ledger.Web;

/// <summary>Checks during a long response whether its caller's key is still valid. The room Access implements it.</summary>
public interface IAdmission
{
    /// <summary>False once the request's key is revoked or expired.</summary>
    ValueTask<bool> IsStillAdmittedAsync(HttpContext http, CancellationToken cancellation);
}
