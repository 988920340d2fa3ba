namespace Ledger.Web;

/// <summary>Whether whoever made a request is still admitted: asked by answers that last. Access implements it.</summary>
public interface IAdmission
{
    /// <summary>False once the request's key was revoked or has expired.</summary>
    ValueTask<bool> IsStillAdmittedAsync(HttpContext http, CancellationToken cancellation);
}
