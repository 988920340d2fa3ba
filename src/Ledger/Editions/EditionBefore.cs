using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Evidence;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Editions;

/// <summary>State of the ledger before an edition: each order as earlier editions last stated it. Takes some hundred bytes an
/// order.</summary>
public sealed class EditionBefore
{
    private readonly Dictionary<(string Recipient, string Supplier, string Deal), HeldOrder> _orders = [];
    private readonly HashSet<(string Recipient, string Deal)> _labels = [];
    private readonly HashSet<DateOnly> _days = [];
    private readonly HashSet<DateOnly> _daysOfYears = [];

    /// <summary>The orders that are listed, in the order in which they were first recorded.</summary>
    public IEnumerable<HeldOrder> Listed => _orders.Values.Where(x => x.IsListed);

    /// <summary>Every order of which a report stands.</summary>
    public IEnumerable<HeldOrder> Orders => _orders.Values.Where(x => x.IsListed || x.Lots.Count > 0);

    /// <summary>Slugs of the platforms of which an edition spoke.</summary>
    public HashSet<string> Platforms { get; } = new(StringComparer.Ordinal);

    /// <summary>The days of the editions of which the ledger has any report, of a form.</summary>
    public IReadOnlySet<DateOnly> Days(RegisterForm form) => form is RegisterForm.Orders ? _days : _daysOfYears;

    /// <summary>Whether a label was ever given to an order of a recipient. It is never given to another.</summary>
    public bool IsTaken(string recipient, string deal) => _labels.Contains((recipient, deal));

    /// <summary>Reads every report of the feed that is not retracted, in order of position.</summary>
    /// <param name="evidence">Reads the rows of the feed and their stored JSON.</param>
    /// <param name="catalogue">Resolves names of platforms.</param>
    /// <param name="until">The last day whose editions of orders count; those of later days only count for <see cref="Days"/> and
    /// labels. Deliveries of single years count of any day.</param>
    /// <param name="position">The position up to which to read.</param>
    /// <param name="cancellation">Cancels it.</param>
    public static async Task<EditionBefore> ReadAsync(
        FeedReader evidence, CatalogueAt catalogue, DateOnly until, long position, CancellationToken cancellation)
    {
        var before = new EditionBefore();
        var retracted = await evidence.RetractedOfFeedAsync(RegisterReports.Feed, position, cancellation);
        var orderOf = new Dictionary<Guid, HeldOrder>();
        await foreach (var (row, data) in evidence.OfFeedAsync(RegisterReports.Feed, position, cancellation))
        {
            var (day, kind, id) = (row.Evidence.Published!.Value, row.Evidence.Kind, row.Evidence.EventId);
            if (retracted.Contains(id) || Read(kind, data) is not { } report || !RegisterReports.IsOfEdition(report.Id!, day))
            {
                continue;
            }

            if (kind is not ReportKind.Delisting)
            {
                (RegisterReports.IsOfYears(report.Id!) ? before._daysOfYears : before._days).Add(day);
                before.Platforms.Add(catalogue.Resolve(row.Platform));
                if (report.Deal is { } label)
                {
                    before._labels.Add((row.Recipient, label));
                }
            }

            // The deliveries of single years stand beside whatever whole edition comes in later, also one of an earlier day.
            if (day > until && !RegisterReports.IsOfYears(report.Id!))
            {
                continue;
            }

            if (row.Evidence.Target is { } target)
            {
                if (orderOf.TryGetValue(target, out var listed))
                {
                    Remove(listed, target);
                }
            }
            else if (report.Deal is { } deal)
            {
                var order = before.FindOrAdd(row.Recipient, row.Evidence.Supplier, deal);
                orderOf[id] = order;
                foreach (var replaced in row.Evidence.Supersedes)
                {
                    Remove(order, replaced);
                }

                order.Name = report.PlatformName ?? row.Platform;
                order.Platform = catalogue.Resolve(row.Platform);
                order.Designation = catalogue.Resolve(Homonym.DesignationOf(order.Name) is { } own
                    ? Slug.OfPlatform(own) ?? row.Platform : row.Platform);
                order.Reference = report.Reference ?? order.Reference;
                Add(order, id, report, day);
            }
        }

        return before;
    }

    private static Report? Read(ReportKind kind, byte[] data) => kind switch
    {
        ReportKind.Announcement => JsonSerializer.Deserialize<Announcement>(data, StoredJson.Options),
        ReportKind.Contract => JsonSerializer.Deserialize<Contract>(data, StoredJson.Options),
        ReportKind.Delivery => JsonSerializer.Deserialize<Delivery>(data, StoredJson.Options),
        ReportKind.Delisting => JsonSerializer.Deserialize<Delisting>(data, StoredJson.Options),
        _ => null,
    };

    private HeldOrder FindOrAdd(string recipient, string supplier, string deal)
    {
        if (!_orders.TryGetValue((recipient, supplier, deal), out var order))
        {
            _orders[(recipient, supplier, deal)] = order = new HeldOrder(recipient, supplier, deal)
            {
                // Until a contract says it.
                YearOfOrder = DealLabels.YearOf(deal),
            };
        }

        return order;
    }

    private static void Add(HeldOrder order, Guid id, Report report, DateOnly day)
    {
        var content = RegisterReports.ContentOf(report);
        var isUncertain = report.Quantity?.Qualifier == WordNames.Of(Qualifier.About);
        if (report is not Delivery delivery)
        {
            order.Contract = new Stated(id, content);
            order.YearOfOrder = YearOf(report.Occurred);
            order.YearIsUncertain = report.Occurred?.EndsWith('?') == true;
            order.Ordered = report.Quantity?.N;
            order.OrderedIsUncertain = isUncertain;
            order.Condition = (report as Contract)?.Condition;
            order.Remarks = OrderContent.HashOf(report.Note);
            return;
        }

        var years = report.Occurred?.Split('/');
        var held = new HeldDelivery(
            id, content, report.Quantity?.N ?? 0, isUncertain, YearOf(years?[0]), YearOf(years?[^1]), delivery.Condition, day);
        if (report.Lot is { } year)
        {
            order.Lots[year] = held;
        }
        else
        {
            order.Totals.Add(held);
        }
    }

    /// <summary>The year that a date begins with; null where it begins with none, as one that somebody posted to the feed may.</summary>
    private static string? YearOf(string? date) => date is { Length: >= 4 } && date[..4].All(char.IsAsciiDigit) ? date[..4] : null;

    private static void Remove(HeldOrder order, Guid id)
    {
        if (order.Contract?.EventId == id)
        {
            order.Contract = null;
        }

        order.Totals.RemoveAll(x => x.EventId == id);
        if (order.Lots.FirstOrDefault(x => x.Value.EventId == id).Key is { } year)
        {
            order.Lots.Remove(year);
        }
    }
}
