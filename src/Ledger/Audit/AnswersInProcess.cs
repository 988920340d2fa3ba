using System.Runtime.CompilerServices;
using System.Text.Json;
using Ledger.Problems;
using Ledger.Questions;
using Ledger.Web;

namespace Ledger.Audit;

/// <summary>Answers of this program's own questions on the same database, without a network, a key or a running service.</summary>
public sealed class AnswersInProcess(Sources sources) : IAnswers
{
    public async IAsyncEnumerable<JsonElement> PagesAsync(AskedQuestion question, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var limit = question.Limit ?? Limits.PageMost;
        for (var page = new PageRequest(limit); page is not null;)
        {
            var answer = await question.Ask(page).AskAsync(sources, cancellation);
            var body = new MemoryStream();
            await using (var json = new StreamedJson(body, cancellation))
            {
                await answer.WriteJsonAsync(json, null);
                await json.CompleteAsync();
            }

            yield return JsonElement.Parse(body.GetBuffer().AsSpan(0, (int)body.Length));
            page = answer.NextKey is { } key ? new PageRequest(limit, Pin.Of(answer.Basis), key) : null;
        }
    }
}
