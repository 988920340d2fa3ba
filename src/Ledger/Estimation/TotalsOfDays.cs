using System.Collections;

namespace Ledger.Estimation;

/// <summary>Holdings added up at each of several days.</summary>
public sealed class TotalsOfDays : IReadOnlyList<Total>
{
    private readonly Total[] _totals;

    /// <summary>Of no holding yet.</summary>
    /// <param name="days">How many days.</param>
    public TotalsOfDays(int days)
    {
        _totals = new Total[days];
        Array.Fill(_totals, Total.None);
    }

    public int Count => _totals.Length;

    public Total this[int day] => _totals[day];

    /// <summary>Adds one more holding.</summary>
    /// <param name="estimates">Its estimates at these days.</param>
    public void Add(IReadOnlyList<HoldingEstimate> estimates)
    {
        for (var day = 0; day < _totals.Length; day++)
        {
            _totals[day] = _totals[day].With(estimates[day]);
        }
    }

    /// <summary>Adds several more.</summary>
    /// <param name="others">Their totals at these days.</param>
    public void Add(TotalsOfDays others)
    {
        for (var day = 0; day < _totals.Length; day++)
        {
            _totals[day] = _totals[day].With(others[day]);
        }
    }

    public IEnumerator<Total> GetEnumerator() => ((IEnumerable<Total>)_totals).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
