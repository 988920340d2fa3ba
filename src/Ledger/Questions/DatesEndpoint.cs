using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/dates: the window of an imprecise date, as a post of it would be read, so that a form can show it while somebody
/// types.</summary>
public static class DatesEndpoint
{
    private const string Parameter = "edtf";

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/dates", (HttpContext http) =>
    {
        var text = QueryParameters.Of(http, Parameter).Text(Parameter)
            ?? throw QueryParameters.Bad(Parameter, "Which date? Such as 2021~ or 2021/2022.");
        if (!Edtf.TryParse(text, out var window, out var fault))
        {
            throw new ProblemException(ProblemKinds.BadParameter, $"{Parameter}: {fault.Words}")
            {
                Errors = [new ProblemError($"?{Parameter}", "edtf", fault.Words)],
            };
        }

        // It depends on nothing but the rules of this build.
        http.Response.Headers.CacheControl = "private, max-age=3600";
        return JsonResponse.JsonAsync(http, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString(Parameter, text);
            if (Edtf.SeasonOf(text) is { } season)
            {
                writer.WritePropertyName("season");
                VocabularyEndpoint.WriteSeason(writer, season);
            }

            JsonShapes.WriteWindow(writer, "window", window);
            writer.WriteEndObject();
        });
    }).WithMetadata(new RequiresScope(Scopes.Read)).WithName("dates");
}
