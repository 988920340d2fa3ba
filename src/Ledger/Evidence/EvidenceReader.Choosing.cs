using Ledger.Estimation;
using Ledger.Store;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>Questions about the whole world that ask for some holdings only.</summary>
public sealed partial class EvidenceReader
{
    /// <summary>The holdings that a filter takes. What reads little to be found is found here, the evidence is read later, some
    /// recipients at a time (<see cref="OfChosenAsync"/>).</summary>
    /// <param name="recipient">Code of the only recipient; null: of all.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="knowledge">The state of knowledge.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public async Task<ChosenHoldings> ChooseAsync(
        string? recipient, HoldingFilter filter, Knowledge knowledge, CancellationToken cancellation)
    {
        if (filter.Supplier is null)
        {
            return new ChosenHoldings(recipient is not null ? [recipient]
                : filter.IsNone ? await RecipientsAsync(knowledge.Position, cancellation)
                : await RecipientsOfAsync(filter, knowledge, cancellation), null);
        }

        await using var command = database.CreateCommand();
        command.Parameters.AddWithValue(filter.Supplier);
        command.Parameters.AddWithValue(knowledge.Position);
        command.CommandText = $"select distinct recipient, platform from {TableNames.Evidence} "
            + $"where supplier = $1 and position <= $2{filter.AndSlug(command)}";
        if (recipient is not null)
        {
            command.Parameters.AddWithValue(recipient);
            command.CommandText += $" and recipient = ${command.Parameters.Count}";
        }

        // Whether a report counts depends on all reports of its holding, also those under the platform's other names.
        var slugs = new SortedDictionary<string, HashSet<string>>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var code = reader.GetString(0);
            if (!slugs.TryGetValue(code, out var ofRecipient))
            {
                slugs.Add(code, ofRecipient = new(StringComparer.Ordinal));
            }

            ofRecipient.UnionWith(knowledge.Catalogue.Find(reader.GetString(1)).Slugs);
        }

        return new ChosenHoldings([.. slugs.Keys], slugs);
    }

    /// <summary>The chosen holdings of several recipients, ordered by recipient and platform.</summary>
    /// <param name="recipients">Codes of the recipients.</param>
    /// <param name="chosen">What <see cref="ChooseAsync"/> found.</param>
    /// <param name="filter">The same filter.</param>
    /// <param name="knowledge">The same state of knowledge.</param>
    /// <param name="cancellation">Cancels the query.</param>
    public async Task<IReadOnlyList<HoldingEvidence>> OfChosenAsync(
        IReadOnlyList<string> recipients, ChosenHoldings chosen, HoldingFilter filter, Knowledge knowledge, CancellationToken cancellation)
    {
        if (chosen.Slugs is null)
        {
            return await OfRecipientsAsync(recipients, knowledge, cancellation, filter);
        }

        var holdings = recipients
            .SelectMany(code => chosen.Slugs.TryGetValue(code, out var slugs) ? slugs.Select(slug => (code, slug)) : []).ToArray();
        return holdings.Length == 0 ? [] : await OfHoldingsAsync(holdings, knowledge, cancellation);
    }

    /// <summary>Position of the last event that affects any of the world's holdings that a filter takes by its platform; any change of the
    /// catalogue may put one among them.</summary>
    public async Task<long> LastOfWorldAsync(HoldingFilter filter, Knowledge knowledge, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand();
        command.Parameters.AddWithValue(knowledge.Position);
        command.CommandText =
            $"select coalesce(max(position), 0) from {TableNames.Evidence} where position <= $1{filter.AndSlug(command)}";
        return Math.Max(knowledge.Catalogue.Position, (long)(await command.ExecuteScalarAsync(cancellation))!);
    }

    /// <summary>Codes of the recipients of which a holding may differ between two states of knowledge, ordered: those with a report in
    /// between, and those with a holding of whose platform the catalogue spoke in between.</summary>
    public async Task<IReadOnlyList<string>> TouchedAsync(Knowledge earlier, Knowledge later, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select recipient from {TableNames.Evidence} where position > $1 and position <= $2
            union select recipient from {TableNames.Evidence} where platform = any($3) and position <= $2
            """);
        command.Parameters.AddWithValue(earlier.Position);
        command.Parameters.AddWithValue(later.Position);
        command.Parameters.AddWithValue(
            later.Catalogue.Platforms.Where(x => x.ChangedAt > earlier.Position).SelectMany(x => x.Slugs).ToArray());
        return await CodesAsync(command, cancellation);
    }

    /// <summary>Codes of the recipients with a report that the filter takes by its platform, ordered.</summary>
    private async Task<IReadOnlyList<string>> RecipientsOfAsync(HoldingFilter filter, Knowledge knowledge, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand();
        command.Parameters.AddWithValue(knowledge.Position);
        command.CommandText =
            $"select distinct recipient from {TableNames.Evidence} where position <= $1{filter.AndSlug(command)}";
        return await CodesAsync(command, cancellation);
    }

    private static async Task<IReadOnlyList<string>> CodesAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var recipients = new List<string>();
        while (await reader.ReadAsync(cancellation))
        {
            recipients.Add(reader.GetString(0));
        }

        return [.. recipients.Order(StringComparer.Ordinal)];
    }
}

/// <summary>The holdings that a filter takes.</summary>
/// <param name="Recipients">Codes of the recipients that may have one, ordered.</param>
/// <param name="Slugs">The slugs of each recipient's holdings, with all names of their platforms; null: those that the filter takes by
/// their platform.</param>
public sealed record ChosenHoldings(IReadOnlyList<string> Recipients, IReadOnlyDictionary<string, HashSet<string>>? Slugs);
