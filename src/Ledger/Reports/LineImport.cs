using System.Text.Json;
using Ledger.Problems;
using Ledger.Web;

namespace Ledger.Reports;

/// <summary>Records the lines of an import, each by itself: a line that fails does not affect the others.</summary>
/// <param name="metrics">Counts the refused lines; null: nothing is counted.</param>
internal sealed class LineImport(
    Recorder recorder, Caller caller, DryRun? dryRun, LedgerMetrics? metrics, ProblemTranslator translator, TimeProvider clock, ILogger log)
{
    /// <summary>Checks a line and enqueues its report. The returned task completes when the report is recorded or refused; it does not
    /// throw.</summary>
    public async ValueTask<Task<ImportedLine>> EnqueueAsync(NdjsonLine line, CancellationToken cancellation)
    {
        try
        {
            if (line.TooLong)
            {
                throw ProblemException.TooLarge($"The line is longer than {Limits.ReportBytes / 1024} KB.");
            }

            using var body = StrictJson.Parse(line.Text, isLine: true);
            var posted = Intake.ReadAny(body.RootElement, caller, clock.GetUtcNow());
            return FinishAsync(line.Number, await recorder.EnqueueAsync([posted], dryRun, cancellation));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return Task.FromResult(Failed(line.Number, fault));
        }
    }

    private async Task<ImportedLine> FinishAsync(long number, Task<IReadOnlyList<RecordedReport>> recording)
    {
        try
        {
            return new ImportedLine(number, (await recording)[0], null);
        }
        catch (Exception fault)
        {
            return Failed(number, fault);
        }
    }

    private ImportedLine Failed(long number, Exception fault)
    {
        var problem = translator.ProblemOf(fault);
        if (problem.Kind == ProblemKinds.Fault)
        {
            LogFault(log, number, fault);
        }

        metrics?.ReportRefused(problem);
        return new ImportedLine(number, null, problem);
    }

    private static readonly Action<ILogger, long, Exception?> LogFault =
        LoggerMessage.Define<long>(LogLevel.Error, new EventId(1, "ImportFault"), "Line {Line} of an import failed, and should not have.");
}

/// <summary>The outcome of a line: the report that it recorded or repeated, or the problem.</summary>
/// <param name="Number">From 1.</param>
internal sealed record ImportedLine(long Number, RecordedReport? Recorded, ProblemException? Problem)
{
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("line", Number);
        if (Problem is { } problem)
        {
            writer.WriteNumber("status", problem.Kind.Status);
            writer.WritePropertyName("problem");
            problem.Write(writer);
        }
        else
        {
            writer.WriteNumber("status", Recorded!.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
            writer.WriteString("eventId", Recorded.EventId);
            if (Recorded.Position > 0)
            {
                writer.WriteNumber("position", Recorded.Position);
            }
        }

        writer.WriteEndObject();
    }
}
