using Ledger.Questions;
using Ledger.Store;

namespace Ledger.Export;

/// <summary>Every visible report, with what it does to the estimate of its holding, as the answers about holdings say it.</summary>
internal sealed class ReportsTable() : TableOf<ReportRow>("reports",
    "One row for each visible report, ordered by recipient, platform and position: what it said, and for which bounds it counts",
    isByYear: false, ReportRow.Columns)
{
    protected override async IAsyncEnumerable<ReportRow> ReadAsync(
        TableReading reading, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var ((bases, evidence, reports, _, _, _, _), basis) = (reading.Sources, reading.Basis);
        var clocks = basis.Clocks;
        var recipients = await evidence.RecipientsAsync(basis.Position, cancellation);
        var done = 0;
        foreach (var some in recipients.Chunk(ByRecipient.RecipientsPerRead))
        {
            foreach (var holding in await evidence.OfRecipientsAsync(some, basis.Knowledge, cancellation))
            {
                await foreach (var (effect, report) in reports.AtAsync(holding.Effects(clocks), x => x.Position, cancellation))
                {
                    yield return new ReportRow(holding.Recipient, holding.Platform, basis.AsOf, effect, report);
                }
            }

            done += some.Length;
            reading.Progress?.Report(new Progress(Name, done, recipients.Count));
        }
    }
}
