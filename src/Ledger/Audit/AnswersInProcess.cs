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
            var body = await answer.MakeAsync();
            var text = new MemoryStream();
            await using (var json = new StreamedJson(text, cancellation))
            {
                await body.WriteJsonAsync(json, null);
                await json.CompleteAsync();
            }

            yield return JsonElement.Parse(text.GetBuffer().AsSpan(0, (int)text.Length));
            page = body.NextKey is { } key ? new PageRequest(limit, Pin.Of(answer.Basis), key) : null;
        }
    }
}
